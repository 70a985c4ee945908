// @ts-check
/** How far operations have come, in words, each with a sign: colour is never the only one. */

/** @import { Operation } from "./types.d.ts" */

import { length } from "./format.js";
import { now } from "./saved.js";
import { service } from "./services.js";

/** @type {Record<string, string>} in the order in which they are offered */
export const signs = {
  waiting: "○",
  running: "▶",
  retrying: "↻",
  shown: "◇",
  clicked: "◆",
  succeeded: "✓",
  failed: "✕",
  aborted: "⊘",
  closed: "–",
  replaced: "⇄",
  unregistered: "⊖",
  simulated: "◌",
  delivered: "◍",
  unfinished: "?",
};

/** Stands for every state in which more is to come. */
export const open = "open";

const openStates = ["waiting", "running", "retrying", "shown", "clicked"];

/** @param {string} text */
export function isState(text) {
  return text === open || text in signs;
}

/**
 * As the server knows them.
 *
 * @param {string[]} states
 */
export function statesOf(states) {
  return states.flatMap((state) => state === open ? openStates : [state]);
}

/** @param {string} state */
export function stateWord(state) {
  return state === "unfinished" ? "no end logged" : state;
}

/** @param {Operation} operation */
export function stateText({ state }) {
  return `${signs[state] ?? "·"} ${stateWord(state)}`;
}

/**
 * What its colour is taken from.
 *
 * @param {Operation} operation
 */
export function tone({ state, outcome }) {
  if (state === "failed") return "failed";
  if (state === "retrying" || state === "unfinished") return "warning";
  return outcome === "ok" ? "ok" : "calm";
}

/**
 * How long it took, or when the browser tries again.
 *
 * @param {Operation} operation
 */
export function duration(operation) {
  const next = nextMicros(operation);
  if (next != null) return `next ${until(next)}`;
  const micros = operation.changedMicros - operation.beganMicros;
  return operation.events > 1 ? length(micros) : "–";
}

/** @param {number} micros */
export function until(micros) {
  const left = micros - now() * 1000;
  return left > 0 ? `in ${length(left)}` : "was due";
}

/** @param {Operation} operation */
export function nextMicros({ next, isOpen }) {
  return next && isOpen ? Date.parse(next) * 1000 : null;
}

/** @param {Operation} operation */
export function operationTitle(operation) {
  const title = service(operation.service)?.title ?? operation.service;
  return operation.instanceId ? `${title} · ${operation.instanceId.slice(0, 120)}` : title;
}

/**
 * What a state means, where the word alone does not tell it.
 *
 * @param {Operation} operation
 * @param {boolean} isStalled
 * @returns {string | null}
 */
export function meaning(operation, isStalled) {
  if (isStalled) {
    return "No end was logged, and none is to be expected: the browser was ended, or it stopped the worker.";
  }
  switch (operation.state) {
    case "waiting":
      return waiting[operation.service] ?? null;
    case "running":
      return "No end was logged yet.";
    case "retrying":
      return operation.next ? null : "The browser did not say when it tries again.";
    case "simulated":
      return "Dispatched over the DevTools protocol: the browser logs nothing more of it.";
    case "delivered":
      return "Firefox gave it to its worker. It tells no more, unless the handler fails.";
    case "unfinished":
      return operation.isTruncated
        ? "Only what came last of it is in the log."
        : "No end was logged, and another of the same id began.";
    case "replaced":
      return "Another notification of its tag took its place.";
    case "aborted":
      return "Stopped on purpose, by the page, the developer or the person.";
  }
  return null;
}

/** @type {Record<string, string>} */
const waiting = {
  backgroundFetch: "Registered; no request has begun yet.",
  backgroundSync: "Registered; the browser has not called the worker for it.",
  periodicBackgroundSync: "The browser calls the worker again when it sees fit.",
  notifications: "Scheduled; not shown yet.",
  pushMessaging: "Received or sent; the worker was not called for it, as far as that is known.",
  paymentHandler: "The handler was asked; nobody has paid yet.",
};
