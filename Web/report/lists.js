// @ts-check
/** Pages of events, sorted or by time, and what is told of lists. */

/** @import { EventPage, EventPieces, InstanceSpan, OffEvent, SortName } from "../ui/types.d.ts" */

import { isOne, isThere } from "../ui/selection.js";
import { services } from "../ui/services.js";
import { selected, selectionOf } from "./selection.js";
import { spanOf, spans } from "./saved.js";

/**
 * The events of a question in its order, from its cursor on. A cursor is the id of the event before.
 *
 * @param {URLSearchParams} parameters
 */
function listed(parameters) {
  const sort = /** @type {SortName | null} */ (parameters.get("sort"));
  const isDown = parameters.get("order") !== "asc";
  const all = selected(parameters);
  if (sort) return sorted(all, sort, isDown).slice(number(parameters, "offset", 0));
  if (isDown) all.reverse();
  const cursor = number(parameters, "cursor", 0);
  if (!cursor) return all;
  const start = all.findIndex(({ id }) => isDown ? id < cursor : id > cursor);
  return start < 0 ? [] : all.slice(start);
}

/**
 * Where it is equal the newest is first.
 *
 * @param {OffEvent[]} events
 * @param {SortName} sort
 * @param {boolean} isDown
 */
function sorted(events, sort, isDown) {
  const key = keys[sort];
  const compare = (/** @type {OffEvent} */ a, /** @type {OffEvent} */ b) => {
    const [left, right] = [key(a), key(b)];
    const order = left < right ? -1 : left > right ? 1 : 0;
    return (isDown ? -order : order) || b.id - a.id;
  };
  return events.sort(compare);
}

/** @type {Record<SortName, (event: OffEvent) => string | number>} */
const keys = {
  service: (event) => services.findIndex(({ name }) => name === event.service),
  event: (event) => event.eventName,
  instance: (event) => event.instanceId,
  origin: (event) => event.origin,
  storageKey: (event) => event.storageKey ?? "",
  scope: (event) => event.scope ?? "",
  source: (event) => event.source.name,
  outcome: (event) => ["failed", "pending", "ok", null].indexOf(event.outcome),
};

/**
 * @param {URLSearchParams} parameters
 * @returns {EventPage}
 */
export function page(parameters) {
  const all = listed(parameters);
  const events = all.slice(0, number(parameters, "limit", 100));
  const hasNext = all.length > events.length && !parameters.has("sort");
  return { events, next: hasNext ? String(events[events.length - 1].id) : null };
}

/**
 * @param {URLSearchParams} parameters
 * @returns {EventPieces}
 */
export function pieces(parameters) {
  const all = listed(parameters).slice(0, number(parameters, "count", Infinity));
  const size = number(parameters, "size", 500);
  const pieces = [];
  for (let start = 0; start < all.length; start += size) {
    const before = all[start - 1];
    pieces.push({
      cursor: before ? String(before.id) : parameters.get("cursor"),
      startMicros: before?.timestampMicros ?? null,
      events: Math.min(size, all.length - start),
    });
  }
  return { pieces, next: null, remaining: 0 };
}

/**
 * The instances that reach into a range, by what of theirs is meant.
 *
 * @param {URLSearchParams} parameters
 * @returns {{instances: InstanceSpan[]}}
 */
export function instances(parameters) {
  const selection = selectionOf(parameters);
  const { captures, names, scopes, isTrigger, pairs, words, outcomes, states, rest } = selection;
  const wide = { ...selection, scopes: [] };
  const since = selection.sinceMicros ?? -Infinity;
  const until = selection.untilMicros ?? Infinity;
  const asked = [captures, names, scopes, pairs, words, outcomes, states, rest];
  const isOfEvents = isTrigger != null || asked.some(({ length }) => length > 0);
  const chosen = new Set(isOfEvents ? selected(parameters).map(({ id }) => spanOf(id)) : []);
  const found = spans.filter((span, index) =>
    isOne(selection.services, span.service) && isOne(selection.sources, span.source.id) &&
    isOne(selection.instances, span.instanceId) && isThere(wide, { ...span, scope: null }) &&
    span.lastMicros >= since && span.firstMicros <= until && (!isOfEvents || chosen.has(index))
  );
  return { instances: found.slice(0, number(parameters, "limit", 100)) };
}

/**
 * @param {URLSearchParams} parameters
 * @param {string} name
 * @param {number} otherwise
 */
function number(parameters, name, otherwise) {
  const text = parameters.get(name);
  return text ? Number(text) : otherwise;
}
