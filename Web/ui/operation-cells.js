// @ts-check
/** What the columns show of an operation. */

/** @import { Operation, OperationTrouble, View } from "./types.d.ts" */
/** @import { Column } from "./columns.js" */

import { moment, mostShown } from "./cells.js";
import { h } from "./dom.js";
import { clock, count, day, length } from "./format.js";
import { now } from "./saved.js";
import { service } from "./services.js";
import { duration, stateText, tone } from "./states.js";

/** @type {Column[]} */
export const operationColumns = [
  {
    name: "number",
    title: "#",
    hint: "may change while history arrives",
    least: 20,
    share: 0,
    rank: 7,
    isHidden: true,
  },
  { name: "time", title: "Began", least: 114, tight: 114, share: 0, rank: 0 },
  { name: "service", title: "Service", least: 112, share: 0, rank: 2 },
  { name: "instance", title: "Instance", least: 120, tight: 76, share: 1, rank: 0 },
  { name: "state", title: "State", least: 156, tight: 136, share: 0, rank: 0 },
  {
    name: "lasted",
    title: "Lasted, next",
    hint: "how long it took, or when the browser tries again",
    least: 100,
    share: 0,
    rank: 1,
  },
  { name: "course", title: "Course", least: 130, share: 1.6, rank: 3 },
  {
    name: "attempts",
    title: "Attempts",
    hint: "dispatches of its handler, or requests that were begun",
    least: 72,
    share: 0,
    rank: 4,
  },
  { name: "origin", title: "Origin", least: 120, share: 0.9, rank: 5 },
  {
    name: "scope",
    title: "Scope",
    hint: "of the service worker",
    least: 66,
    share: 0.2,
    rank: 8,
    isHidden: true,
  },
  { name: "source", title: "Source", least: 80, share: 0.1, rank: 6 },
];

/**
 * All that a row of it depends on: it changes as it goes on, and with time alone.
 *
 * @param {Operation} operation
 */
export function shownOf(operation) {
  const { state, events, changedMicros, beganMicros, next } = operation;
  return [state, events, changedMicros, beganMicros, next, duration(operation)].join();
}

/**
 * @param {Operation} operation
 * @param {View} view
 * @param {Column[]} shown
 * @param {OperationTrouble | null} trouble
 */
export function operationCells(operation, view, shown, trouble) {
  return shown.map(({ name }) => {
    const { text, title = text, more } = content(name, operation, view, trouble);
    return h(
      "div",
      {
        class: `cell ${name} ${name === "state" ? tone(operation) : ""}`,
        role: "gridcell",
        title: title.slice(0, mostShown),
      },
      more,
      text.slice(0, mostShown),
    );
  });
}

/**
 * @param {string} name
 * @param {Operation} operation
 * @param {View} view
 * @param {OperationTrouble | null} trouble
 * @returns {{text: string, title?: string, more?: import("./dom.js").Child}}
 */
function content(name, operation, view, trouble) {
  switch (name) {
    case "number":
      return { text: String(operation.id) };
    case "time":
      return {
        text: began(operation.beganMicros, view),
        title: moment(operation.beganMicros, view.utc),
      };
    case "service":
      return {
        text: service(operation.service)?.short ?? operation.service,
        more: mark(operation),
      };
    case "instance":
      return { text: operation.instanceId || "–" };
    case "state":
      return { text: stateText(operation), more: trouble && badge(trouble) };
    case "lasted":
      return { text: duration(operation), title: lasted(operation) };
    case "course":
      return { text: operation.course };
    case "attempts":
      return { text: operation.attempts > 0 ? count(operation.attempts) : "" };
    case "origin":
      return { text: operation.origin.replace(/^https?:\/\//, ""), title: operation.origin };
    case "scope":
      return {
        text: operation.scope?.replace(operation.origin, "") ?? "",
        title: operation.scope ?? "",
      };
    case "source":
      return { text: operation.source.name };
    default:
      return { text: "" };
  }
}

/**
 * Its service's mark, as in the Timeline; the word stands beside it.
 *
 * @param {Operation} operation
 */
export function mark(operation) {
  return h("span", { class: `service-mark ${operation.service}`, "aria-hidden": "true" });
}

/** @param {OperationTrouble} trouble */
function badge({ findingsCount, severity, findings }) {
  return h(
    "span",
    {
      class: `badge ${severity ?? ""}`,
      title: findings.map(({ message }) => message).join("\n").slice(0, mostShown),
    },
    `⚠ ${count(findingsCount)}`,
  );
}

/** @param {Operation} operation */
function lasted(operation) {
  return `${
    length(operation.changedMicros - operation.beganMicros)
  } from its first to its last event`;
}

/**
 * The day too, where it is not today's.
 *
 * @param {number} micros
 * @param {View} view
 */
function began(micros, view) {
  const date = day(micros, view.utc);
  const isToday = date === day(now() * 1000, view.utc);
  const time = clock(micros, view.utc, view.micros);
  if (isToday) return time;
  return `${date.slice(5)} ${view.micros ? time : time.slice(0, 8)}`;
}
