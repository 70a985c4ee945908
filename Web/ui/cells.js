// @ts-check
/** What the columns show of a row. */

/** @import { Finding, Gap, OffEvent, View } from "./types.d.ts" */
/** @import { Column } from "./columns.js" */

import { h } from "./dom.js";
import { clock, day, fraction, length } from "./format.js";
import { service } from "./services.js";

/** Longer text is not read in a row; the details have it whole. */
export const mostShown = 300;

/** Colour is never the only sign. */
const marks = { ok: "✓ ", failed: "✕ ", pending: "… " };

/** What tells of success and failure, before all else that an event says. */
const tellingKeys = [
  "Failure Reason",
  "Error Reason",
  "Reason",
  "Status",
  "Response Status",
  "Success",
  "Meaning",
];

/**
 * @param {OffEvent} event
 * @param {string} delta
 * @param {View} view
 * @param {Column[]} shown
 * @param {Finding | null} finding that it shows
 */
export function eventCells(event, delta, view, shown, finding) {
  const isTold = shown.some(({ name }) => name === "outcome");
  return shown.map(({ name }) => {
    const { text, title = text } = content(name, event, delta, view, isTold);
    return h(
      "div",
      { class: `cell ${name}`, role: "gridcell", title: title.slice(0, mostShown) },
      name === "event" && finding && h(
        "span",
        { class: `badge ${finding.severity}`, title: finding.message.slice(0, mostShown) },
        "⚠",
      ),
      text.slice(0, mostShown),
    );
  });
}

/**
 * Its time stands in the column of times, what it is in all that follow.
 *
 * @param {Gap} gap
 * @param {View} view
 * @param {Column[]} shown
 */
export function gapCells(gap, view, shown) {
  const end = gap.toMicros == null ? "still open" : `for ${length(gap.toMicros - gap.fromMicros)}`;
  const sentence = `Gap, ${end}: ${service(gap.service)?.title}: ${gap.sentence}`;
  const time = clock(gap.fromMicros, view.utc, view.micros);
  const before = shown.slice(0, shown.findIndex(({ name }) => name === "time") + 1);
  return [
    ...before.map(({ name }) =>
      h("div", { class: `cell ${name}`, role: "gridcell" }, name === "time" ? time : "")
    ),
    h("div", { class: "cell sentence", role: "gridcell", title: sentence }, `⌇ ${sentence}`),
  ];
}

/**
 * @param {string} name
 * @param {OffEvent} event
 * @param {string} delta
 * @param {View} view
 * @param {boolean} isTold whether its outcome has a column
 * @returns {{text: string, title?: string}}
 */
function content(name, event, delta, view, isTold) {
  switch (name) {
    case "number":
      return { text: String(event.id) };
    case "time":
      return {
        text: clock(event.timestampMicros, view.utc, view.micros),
        title: moment(event.timestampMicros, view.utc),
      };
    case "delta":
      return { text: delta };
    case "service":
      return { text: service(event.service)?.short ?? event.service };
    case "event":
      return { text: sign(event, isTold) + event.eventName };
    case "instance":
      return { text: event.instanceId };
    case "outcome":
      return { text: event.outcome ? marks[event.outcome] + event.outcome : "" };
    case "details":
      return { text: details(event) };
    case "origin":
      return { text: event.origin.replace(/^https?:\/\//, ""), title: event.origin };
    case "storageKey":
      return { text: event.storageKey ?? "" };
    case "scope":
      return { text: event.scope?.replace(event.origin, "") ?? "", title: event.scope ?? "" };
    case "source":
      return { text: event.source.name };
    default:
      return { text: "" };
  }
}

/**
 * What failed has it in either place, what is pending in none.
 *
 * @param {OffEvent} event
 * @param {boolean} isTold
 */
function sign({ outcome }, isTold) {
  if (outcome === "failed") return marks.failed;
  return outcome === "ok" && !isTold ? marks.ok : "";
}

/**
 * @param {number} micros
 * @param {boolean} utc
 */
export function moment(micros, utc) {
  const time = clock(micros, utc, false).slice(0, 8);
  return `${day(micros, utc)} ${time}.${fraction(micros)}${utc ? " UTC" : ""}`;
}

/** @param {OffEvent} event */
function details(event) {
  const tells = (/** @type {string} */ key) => tellingKeys.includes(key) ? 0 : 1;
  return [...event.eventMetadata].sort((a, b) => tells(a.key) - tells(b.key))
    .map(({ key, value }) => `${key}: ${value.slice(0, 200)}`).join(" · ");
}

/**
 * The one thing that tells most of an event's success, if it says any.
 *
 * @param {OffEvent} event
 */
export function telling(event) {
  const found =
    tellingKeys.flatMap((key) => event.eventMetadata.filter((pair) => pair.key === key))[0];
  return found ? found.value.slice(0, 80) : "";
}
