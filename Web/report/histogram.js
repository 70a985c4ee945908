// @ts-check
/** How many of the saved events there were when, as the server counts them. */

/** @import { Bucket, Histogram } from "../ui/types.d.ts" */

import { moment } from "../ui/matching.js";
import { services } from "../ui/services.js";
import { selected } from "./selection.js";

/** As many widths as a screen shows, where no width is named. */
const fewWidths = 300;

/** @type {Record<string, number>} */
const units = { us: 1, ms: 1e3, s: 1e6, m: 6e7, h: 36e8, d: 864e8 };

/** In microseconds. */
const roundWidths = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((number) => number * units.ms),
  ...[1, 2, 5, 10, 15, 30].map((number) => number * units.s),
  ...[1, 2, 5, 10, 15, 30].map((number) => number * units.m),
  ...[1, 2, 3, 6, 12].map((number) => number * units.h),
  ...[1, 2, 7, 14, 28].map((number) => number * units.d),
];

/**
 * @param {URLSearchParams} parameters
 * @returns {Histogram}
 */
export function histogram(parameters) {
  const events = selected(parameters);
  const end = (/** @type {string} */ name, /** @type {number} */ at) => {
    const text = parameters.get(name);
    return text ? moment(text, null) : events.at(at)?.timestampMicros ?? null;
  };
  const [from, to] = [end("since", 0), end("until", -1)];
  const width = widthOf(parameters.get("width"), from == null || to == null ? 0 : to - from);
  /** @type {Map<string, Bucket>} */
  const buckets = new Map();
  const lanes = new Map();
  const totals = new Map();
  const all = { events: 0, failed: 0 };
  for (const { timestampMicros, service, origin, outcome } of events) {
    const startMicros = Math.floor(timestampMicros / width) * width;
    const sums = [
      all,
      sum(buckets, `${startMicros} ${service} ${origin}`, { startMicros, service, origin }),
      sum(lanes, `${service} ${origin}`, { service, origin }),
      sum(totals, startMicros, { startMicros }),
    ];
    for (const each of sums) {
      each.events++;
      if (outcome === "failed") each.failed++;
    }
  }
  return {
    widthMicros: width,
    fromMicros: from,
    toMicros: to,
    ...all,
    lanes: [...lanes.values()].sort(inOrder),
    totals: [...totals.values()],
    buckets: [...buckets.values()].sort((a, b) => a.startMicros - b.startMicros || inOrder(a, b)),
  };
}

/**
 * @param {Map<any, any>} sums
 * @param {string | number} key
 * @param {object} of
 */
function sum(sums, key, of) {
  const known = sums.get(key);
  if (known) return known;
  const made = { ...of, events: 0, failed: 0 };
  sums.set(key, made);
  return made;
}

/**
 * @param {{service: string, origin: string}} a
 * @param {{service: string, origin: string}} b
 */
function inOrder(a, b) {
  const rank = (/** @type {{service: string}} */ of) =>
    services.findIndex(({ name }) => name === of.service);
  return rank(a) - rank(b) || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0);
}

/**
 * @param {string | null} text such as `5m`
 * @param {number} length of the range, in microseconds
 */
function widthOf(text, length) {
  const [, number, unit] = /^([\d.]+)(us|ms|[smhd])$/.exec(text ?? "") ?? [];
  if (unit) return Number(number) * units[unit];
  return roundWidths.find((width) => length / width < fewWidths) ?? Math.ceil(length / fewWidths);
}
