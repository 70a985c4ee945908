// @ts-check
/** Whether a view selects what the stream brings, or what a report holds: nobody is asked. */

/** @import { Gap, OffEvent, SourceName } from "./types.d.ts" */
/** @import { Filter } from "./language.js" */

import { now } from "./saved.js";
import { everything, takes } from "./selection.js";

/**
 * @param {OffEvent} event
 * @param {Filter} view
 */
export function matches(event, view) {
  if (view.source && !isSource(event.source, view.source)) return false;
  if (view.rest.length > 0 && !(view.restSelection && takes(view.restSelection, event))) {
    return false;
  }
  const isHost = view.origin != null && !view.origin.includes("://");
  return takes({
    ...everything,
    services: list(view.service),
    origins: isHost ? [] : list(view.origin?.replace(/\/$/, "")),
    hosts: isHost ? list(view.origin?.replace(/\/$/, "").toLowerCase()) : [],
    outcomes: list(view.outcome),
    instances: list(view.instance),
    sinceMicros: view.since == null ? null : moment(view.since, null),
    untilMicros: view.until == null ? null : moment(view.until, null),
    words: view.words,
  }, event);
}

/** @param {string | null | undefined} value */
function list(value) {
  return value == null ? [] : [value];
}

/**
 * @param {Gap} gap
 * @param {Filter} view
 */
export function matchesGap(gap, view) {
  return (!view.service || gap.service === view.service) && view.words.length === 0 &&
    view.rest.length === 0 &&
    !view.outcome && !view.instance && (!view.source || isSource(gap.source, view.source)) &&
    (!view.since || (gap.toMicros ?? Infinity) >= moment(view.since, -Infinity)) &&
    (!view.until || gap.fromMicros <= moment(view.until, Infinity));
}

/**
 * By name or by the beginning of its id.
 *
 * @param {SourceName} source
 * @param {string} text
 */
export function isSource(source, text) {
  return source.name === text || source.id.startsWith(text);
}

/** As the server has them. */
const units = { us: 1, ms: 1e3, s: 1e6, m: 6e7, h: 36e8, d: 864e8, w: 6048e8 };

/**
 * The moment of `15m` or `1h30m`, counted from now, or of a date, in microseconds.
 *
 * @template T
 * @param {string} text
 * @param {T} otherwise if it is neither
 * @returns {number | T}
 */
export function moment(text, otherwise) {
  if (/^(\d+(us|ms|[smhdw]))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+)(us|ms|[smhdw])/g)];
    const sum = parts.reduce((sum, [, count, unit]) => sum + Number(count) * length(unit), 0);
    return now() * 1000 - sum;
  }
  // A Date holds no microseconds.
  const date = Date.parse(text.replace(/\.\d+/, ""));
  const digits = /\.(\d{1,6})/.exec(text)?.[1] ?? "";
  return Number.isNaN(date) ? otherwise : date * 1000 + Number(digits.padEnd(6, "0"));
}

/** @param {string} unit */
function length(unit) {
  return units[/** @type {keyof typeof units} */ (unit)];
}
