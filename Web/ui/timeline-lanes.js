// @ts-check
/** The Timeline's lanes, one for each service and origin, and what lies in them. */

/** @import { Bucket, InstanceSpan, OffEvent, ServiceName } from "./types.d.ts" */
/** @import { TimelineData } from "./timeline-data.js" */

import { services } from "./services.js";

/** In pixels; the rows of a lane keep apart what happens at the same time. */
export const trackHeight = 54;
const rowHeight = 16;
const rowCount = 3;

/**
 * An instance with its events, or an event that belongs to none.
 *
 * @typedef {object} Item
 * @property {InstanceSpan | null} span
 * @property {number} from
 * @property {number} to
 * @property {OffEvent[]} events
 * @property {number} row
 * @property {boolean} [isCrowded] there was no row for it alone
 */

/**
 * @typedef {object} Lane
 * @property {string} key
 * @property {ServiceName} service
 * @property {string} origin
 * @property {number} events in the window
 * @property {number} failed
 * @property {Bucket[]} buckets
 * @property {Item[] | null} items
 * @property {number} rows
 */

/**
 * In the order of the sidebar. Lanes stay while one moves about: they are those of all time.
 *
 * @param {TimelineData} data
 * @returns {Lane[]}
 */
export function lanes(data) {
  /** @type {Map<string, Lane>} */
  const found = new Map();
  const order = new Map(services.map(({ name }, index) => [name, index]));
  for (const known of [...data.whole?.lanes ?? [], ...data.far?.lanes ?? []]) {
    const { service, origin } = known;
    const key = keyOf(known);
    if (found.has(key)) continue;
    const items = data.near ? [] : null;
    found.set(key, { key, service, origin, events: 0, failed: 0, buckets: [], items, rows: 1 });
  }
  for (const seen of data.seen?.lanes ?? []) {
    const { events, failed } = seen;
    Object.assign(found.get(keyOf(seen)) ?? {}, { events, failed });
  }
  for (const bucket of data.far?.buckets ?? []) {
    found.get(keyOf(bucket))?.buckets.push(bucket);
  }
  for (const item of data.near ? items(data.near.events, data.near.instances) : []) {
    found.get(keyOf(item.span ?? item.events[0]))?.items?.push(item);
  }
  for (const lane of found.values()) lane.rows = place(lane.items ?? []);
  return [...found.values()].sort((a, b) =>
    (order.get(a.service) ?? 9) - (order.get(b.service) ?? 9) || (a.origin < b.origin ? -1 : 1)
  );
}

/** @param {{service: ServiceName, origin: string}} of */
export function keyOf({ service, origin }) {
  return `${service} ${origin}`;
}

/**
 * In order of time, as far as they are read one by one.
 *
 * @param {Lane} lane
 */
export function eventsOf(lane) {
  return (lane.items ?? []).flatMap(({ events }) => events)
    .sort((a, b) => a.timestampMicros - b.timestampMicros || a.id - b.id);
}

/**
 * Puts each event into its instance, where it has one.
 *
 * @param {OffEvent[]} events
 * @param {InstanceSpan[]} spans in order of their beginnings
 * @returns {Item[]}
 */
function items(events, spans) {
  /** @type {Map<string, Item[]>} */
  const byName = new Map();
  /** @type {Item[]} */
  const found = [];
  for (const span of spans) {
    const item = { span, from: span.firstMicros, to: span.lastMicros, events: [], row: 0 };
    const name = instanceName(span);
    byName.set(name, [...byName.get(name) ?? [], item]);
    found.push(item);
  }
  for (const event of events) {
    const at = event.timestampMicros;
    // A moment may be the end of one and the beginning of the next.
    const item = byName.get(instanceName(event))?.findLast(({ from, to }) =>
      from <= at && at <= to
    );
    if (item) item.events.push(event);
    else found.push({ span: null, from: at, to: at, events: [event], row: 0 });
  }
  return found.sort((a, b) => a.from - b.from);
}

/** @param {{source: {id: string}, service: string, origin: string, instanceId: string}} of */
function instanceName({ source, service, origin, instanceId }) {
  return JSON.stringify([source.id, service, origin, instanceId]);
}

/**
 * Gives each item a row in which nothing else lies at its time, as long as there are rows.
 *
 * @param {Item[]} items in order of their beginnings
 * @returns {number} how many rows there are
 */
function place(items) {
  const ends = new Array(rowCount).fill(-Infinity);
  for (const item of items) {
    const free = ends.findIndex((end) => end < item.from);
    item.isCrowded = free < 0;
    item.row = free >= 0 ? free : ends.indexOf(Math.min(...ends));
    ends[item.row] = Math.max(ends[item.row], item.to);
  }
  return Math.max(1, ...items.map(({ row }) => row + 1));
}

/**
 * What the pointer is on.
 *
 * @typedef {object} Hit
 * @property {Lane} lane
 * @property {OffEvent} [event]
 * @property {Item} [item]
 * @property {Bucket} [bucket]
 */

/**
 * @param {Lane} lane
 * @param {number} x
 * @param {number} y within the lane
 * @param {import("./timeline-scale.js").Scale} scale
 * @param {number} bucketMicros
 * @returns {Hit}
 */
export function hit(lane, x, y, scale, bucketMicros) {
  const at = scale.at(x);
  if (!lane.items) {
    const bucket = lane.buckets.find(({ startMicros }) =>
      startMicros <= at && at < startMicros + bucketMicros
    );
    return { lane, bucket };
  }
  const row = rowAt(lane, y);
  let event, item;
  let nearest = 8;
  for (const candidate of lane.items) {
    const left = scale.x(candidate.from), right = scale.x(candidate.to);
    if (right < x - 8 || left > x + 8) continue;
    const aside = Math.abs(candidate.row - row) * 9;
    for (const each of candidate.events) {
      // Where marks lie on one another, the one that failed is seen, and meant.
      const bonus = each.outcome === "failed" && aside === 0 ? 5 : 0;
      const distance = Math.abs(scale.x(each.timestampMicros) - x) + aside - bonus;
      if (distance > nearest) continue;
      nearest = distance;
      event = each;
      item = candidate;
    }
    if (!event && aside === 0) item = candidate;
  }
  return { lane, event, item };
}

/**
 * @param {Lane} lane
 * @param {number} row
 */
export function rowMiddle({ rows }, row) {
  return trackHeight / 2 + (row - (rows - 1) / 2) * rowHeight;
}

/**
 * @param {Lane} lane
 * @param {number} y
 */
function rowAt(lane, y) {
  const row = Math.round((y - rowMiddle(lane, 0)) / rowHeight);
  return Math.min(lane.rows - 1, Math.max(0, row));
}
