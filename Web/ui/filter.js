// @ts-check
/** What a view selects: asked of the server, and decided here for what the stream brings. */

/** @import { Gap, OffEvent, SourceName, View } from "./types.d.ts" */

import { now } from "./saved.js";

/**
 * @param {View} view
 * @returns {URLSearchParams} as every route takes them that selects events
 */
export function query(view) {
  const parameters = new URLSearchParams();
  if (view.service) parameters.set("service", view.service);
  if (view.origin) parameters.set("origin", view.origin);
  if (view.source) parameters.set("source", view.source);
  if (view.outcome) parameters.set("outcome", view.outcome);
  if (view.instance) parameters.set("instance", view.instance);
  if (view.since) parameters.set("since", view.since);
  if (view.until) parameters.set("until", view.until);
  for (const word of view.words) parameters.append("text", word);
  return parameters;
}

/** @param {View} view */
export function isFiltered(view) {
  return [view.origin, view.source, view.outcome, view.instance, view.since, view.until].some((
    term,
  ) => term != null) || view.words.length > 0;
}

/** @type {Omit<import("./address.js").Filter, "service">} what takes every filter off, but for the service */
export const unfiltered = {
  origin: null,
  source: null,
  outcome: null,
  instance: null,
  since: null,
  until: null,
  words: [],
};

/**
 * As the server decides it.
 *
 * @param {OffEvent} event
 * @param {View} view
 */
export function matches(event, view) {
  if (view.service && event.service !== view.service) return false;
  if (view.origin && event.origin !== view.origin.replace(/\/$/, "")) return false;
  if (view.source && !isSource(event.source, view.source)) return false;
  if (view.outcome && event.outcome !== view.outcome) return false;
  if (view.instance && event.instanceId !== view.instance) return false;
  if (view.since && event.timestampMicros < moment(view.since, -Infinity)) return false;
  if (view.until && event.timestampMicros > moment(view.until, Infinity)) return false;
  const texts = [
    event.eventName,
    event.instanceId,
    ...event.eventMetadata.flatMap(({ key, value }) => [key, value]),
  ].map(lower);
  return view.words.every((word) => texts.some((text) => text.includes(lower(word))));
}

/**
 * @param {Gap} gap
 * @param {View} view
 */
export function matchesGap(gap, view) {
  return (!view.service || gap.service === view.service) && view.words.length === 0 &&
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

/** @param {string} text its ASCII letters in lower case, as SQLite compares */
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
