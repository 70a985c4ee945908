// @ts-check
/** What a view selects, as the server is asked for it. */

/** @import { View } from "./types.d.ts" */

import { noFilter, writeFilter } from "./language.js";

/**
 * @param {View} view
 * @returns {URLSearchParams} as every route takes them that selects events
 */
export function query(view) {
  const filter = writeFilter(view);
  return new URLSearchParams(filter ? { filter } : {});
}

/** @param {View} view */
export function isFiltered(view) {
  return [view.origin, view.source, view.outcome, view.instance, view.since, view.until].some((
    term,
  ) => term != null) || view.words.length > 0 || view.rest.length > 0;
}

const { service: _, ...others } = noFilter;

/** What takes every filter off, but for the service. */
export const unfiltered = others;
