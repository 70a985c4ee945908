// @ts-check
/** The panes, as they stand in the view. */

/** @import { View } from "./types.d.ts" */

import { service } from "./services.js";

export const events = { timeline: false, operations: false };
export const timeline = { timeline: true, operations: false, service: null };
export const operations = { timeline: false, operations: true, service: null };

/** @param {View} view */
export function paneTitle(view) {
  if (view.timeline) return "Timeline";
  if (view.operations) return "Operations";
  return service(view.service)?.title ?? "All events";
}
