// @ts-check
/** What stands beside the items of a lane. */

/** @import { Item } from "./timeline-lanes.js" */
/** @import { Scale } from "./timeline-scale.js" */

import { telling } from "./cells.js";

/** Marks within it lie on one another, in pixels. */
const near = 12;

/**
 * Of items that lie on one another the one that failed is seen, and named.
 *
 * @param {Item[]} items in order of their beginnings
 * @param {Scale} scale
 * @returns {Map<Item, Item | null>} by the items that have another's name, or none, beside them
 */
export function namedBeside(items, scale) {
  /** @type {Map<Item, Item | null>} */
  const named = new Map();
  /** @type {Map<number, {items: Item[], left: number}>} by row */
  const heaps = new Map();
  const settle = (/** @type {Item[]} */ heap) => {
    const failed = heap.findLast(isFailed);
    if (heap.length < 2 || !failed) return;
    for (const item of heap) named.set(item, item === heap.at(-1) ? failed : null);
  };
  for (const item of items) {
    const [left, right] = [scale.x(item.from), scale.x(item.to)];
    const heap = heaps.get(item.row);
    if (heap && right <= heap.left + near) heap.items.push(item);
    else {
      if (heap) settle(heap.items);
      heaps.set(item.row, { items: [item], left });
    }
  }
  for (const { items } of heaps.values()) settle(items);
  return named;
}

/** @param {Item} item */
export function isFailed({ span, events }) {
  return span?.outcome === "failed" || events.at(-1)?.outcome === "failed";
}

/**
 * The ids of push messages tell nobody anything.
 *
 * @param {Item} item
 */
export function said({ span, events }) {
  if (span && span.service !== "pushMessaging") return span.instanceId;
  const failed = events.findLast(({ outcome }) => outcome === "failed");
  return failed ? telling(failed) || failed.eventName : events.at(-1)?.eventName;
}
