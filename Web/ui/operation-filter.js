// @ts-check
/** What a view selects of operations: asked of the server, and decided here for what is told live. */

/** @import { Operation, View } from "./types.d.ts" */

import { query } from "./filter.js";
import { isSource, moment } from "./matching.js";
import { statesOf } from "./states.js";

/** @param {View} view */
export function operationQuery(view) {
  const parameters = query(view);
  if (view.states.length > 0) parameters.set("state", statesOf(view.states).join());
  return parameters;
}

/**
 * As the server decides it; null where only the server can.
 *
 * @param {Operation} operation
 * @param {View} view
 * @returns {boolean | null}
 */
export function matchesOperation(operation, view) {
  const states = statesOf(view.states);
  if (states.length > 0 && !states.includes(operation.state)) return false;
  if (view.service && operation.service !== view.service) return false;
  const isHost = view.origin != null && !view.origin.includes("://");
  if (view.origin && !isHost && operation.origin !== view.origin.replace(/\/$/, "")) return false;
  if (view.source && !isSource(operation.source, view.source)) return false;
  if (view.outcome && operation.outcome !== view.outcome) return false;
  if (view.instance && operation.instanceId !== view.instance) return false;
  if (view.since && operation.changedMicros < moment(view.since, -Infinity)) return false;
  if (view.until && operation.beganMicros > moment(view.until, Infinity)) return false;
  // Words are looked for in its events, and the rest of a filter too.
  return isHost || view.words.length > 0 || view.rest.length > 0 ? null : true;
}
