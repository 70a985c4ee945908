// @ts-check
/** Lists of operations, one with its course, and what is wrong with them. */

/** @import { Finding, Operation, OperationPage, OperationScene, OperationTrouble } from "../ui/types.d.ts" */
/** @import { Selection, TroubleCount } from "../ui/types.d.ts" */

import { Problem } from "../ui/problem.js";
import { everything, isOne, isThere, takes } from "../ui/selection.js";
import { iso, saved, text } from "./data.js";
import { eventsOf, workerEntries } from "./saved.js";
import { operations, savedScene } from "./saved-operations.js";
import { selectionOf } from "./selection.js";

/**
 * A cursor is the id of the operation before.
 *
 * @param {URLSearchParams} parameters
 * @returns {OperationPage}
 */
export function operationPage(parameters) {
  const isDown = parameters.get("order") !== "asc";
  const cursor = Number(parameters.get("cursor") ?? 0);
  const all = chosen(selectionOf(parameters));
  if (isDown) all.reverse();
  const left = cursor ? all.filter(({ id }) => isDown ? id < cursor : id > cursor) : all;
  const found = left.slice(0, Number(parameters.get("limit") ?? 100));
  const isMore = found.length > 0 && found.length < left.length;
  return { operations: found, next: isMore ? String(found[found.length - 1].id) : null };
}

/**
 * Whether the store would find an operation: much is asked of itself, the rest of one of its events.
 *
 * @param {Selection} selection
 */
function chosen(selection) {
  const { captures, names, isTrigger, pairs, words, rest } = selection;
  const ofOneEvent = { ...everything, captures, names, isTrigger, pairs, words, rest };
  const isOfEvents = isTrigger != null ||
    [captures, names, pairs, words, rest].some(({ length }) => length > 0);
  const since = selection.sinceMicros ?? -Infinity;
  const until = selection.untilMicros ?? Infinity;
  return operations.filter((operation) =>
    isOne(selection.services, operation.service) &&
    isOne(selection.sources, operation.source.id) &&
    isOne(selection.outcomes, operation.outcome) && isOne(selection.states, operation.state) &&
    isOne(selection.instances, operation.instanceId) && isThere(selection, operation) &&
    operation.beganMicros <= until && operation.changedMicros >= since &&
    (!isOfEvents || eventsOf(operation.id).some((event) => takes(ofOneEvent, event)))
  );
}

/**
 * @param {string} text
 * @returns {OperationScene}
 */
export function scene(text) {
  const operation = operations[Number(text) - 1];
  if (!operation) throw new Problem(404, `There is no operation ${text} in this report.`, null);
  const { isStalled, watchedMicros, runs, requests, links, gaps, worker, shown } = savedScene(
    operation.id,
  );
  return {
    operation,
    isStalled,
    runs: runs.map(run),
    requests: requests.map(request),
    links: links.map(link),
    events: eventsOf(operation.id),
    shown: shown.map((number) => saved.shown[number]),
    findings: findings(operation),
    gaps: gaps.map((number) => saved.near[number]),
    worker: workerEntries(worker),
    watchedUntil: iso(watchedMicros),
  };
}

/**
 * @param {any[]} saved
 * @returns {OperationScene["runs"][number]}
 */
function run([fromMicros, toMicros, outcome, status, isLastChance, nextMicros, eventIds]) {
  return {
    fromMicros,
    toMicros,
    outcome: /** @type {Operation["outcome"]} */ (text(outcome)),
    status: text(status),
    isLastChance: isLastChance === 1,
    nextMicros,
    eventIds,
  };
}

/**
 * @param {any[]} saved
 * @returns {OperationScene["requests"][number]}
 */
function request(
  [index, url, fromMicros, toMicros, status, responseSize, uploadSize, outcome, eventIds],
) {
  return {
    index,
    url: text(url) ?? "",
    fromMicros,
    toMicros,
    status,
    responseSize,
    uploadSize,
    outcome: /** @type {Operation["outcome"]} */ (text(outcome)),
    eventIds,
  };
}

/**
 * @param {{words: number, operation: number | null}} saved
 * @returns {OperationScene["links"][number]}
 */
function link({ words, operation }) {
  const [kind, certainty, sentence] = saved.rules[words].map((number) => text(number) ?? "");
  return { kind, certainty, sentence, operation: operations[(operation ?? 0) - 1] };
}

/**
 * @param {Operation} operation
 * @returns {Finding[]}
 */
function findings({ id, service }) {
  return savedScene(id).findings.map(([number, message, atMicros, events]) => {
    const [rule, severity, mend, reference] = saved.rules[number].map(text);
    return {
      rule: rule ?? "",
      severity: severity ?? "",
      message: text(message) ?? "",
      mend: mend ?? "",
      reference,
      service,
      operationId: id,
      atMicros,
      events,
    };
  });
}

// What went wrong

/**
 * @param {URLSearchParams} parameters
 * @returns {{operations: OperationTrouble[]}}
 */
export function troubles(parameters) {
  const ids = (parameters.get("id") ?? "").split(",").map(Number);
  return {
    operations: ids.flatMap((id) => operations[id - 1] ? [trouble(operations[id - 1])] : []),
  };
}

/**
 * @param {Operation} operation
 * @returns {OperationTrouble}
 */
function trouble(operation) {
  const found = findings(operation).filter(({ severity }) => severity !== "info");
  return {
    id: operation.id,
    findingsCount: found.length,
    severity: worst(found.map(({ severity }) => severity)),
    findings: found,
  };
}

/** @param {(string | null)[]} severities */
function worst(severities) {
  return ["error", "warning"].find((severity) => severities.includes(severity)) ?? null;
}

/**
 * @param {URLSearchParams} parameters
 * @returns {TroubleCount}
 */
export function troubleCount(parameters) {
  const all = chosen(selectionOf(parameters)).reverse();
  const looked = all.slice(0, Number(parameters.get("limit") ?? 100));
  const found = looked.map(trouble).filter(({ findingsCount }) => findingsCount > 0);
  return {
    operations: found.length,
    severity: worst(found.map(({ severity }) => severity)),
    looked: looked.length,
    isWhole: looked.length === all.length,
  };
}
