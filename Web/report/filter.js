// @ts-check
/** The filter language without a server (Docs/filter.md). What is nearly a known word is not doubted. */

/** @import { FilterReading, Selection } from "../ui/types.d.ts" */
/** @import { Tree } from "./filter-tree.js" */

import { Problem } from "../ui/problem.js";
import { FilterFault } from "./filter-fault.js";
import { tree, written } from "./filter-tree.js";
import { selectionOf } from "./narrowing.js";

/**
 * How a filter is understood, or what is wrong with it.
 *
 * @param {URLSearchParams} parameters
 * @returns {FilterReading}
 */
export function reading(parameters) {
  try {
    const read = tree(parameters.get("filter") ?? "");
    const terms = ("all" in read ? read.all : [read]).map(termOf);
    const selection = selectionOf(read);
    return { filter: written(read), terms, selection, mistake: null, completions: [] };
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    const { mistake } = error;
    return { filter: null, terms: [], selection: null, mistake, completions: [] };
  }
}

/** @param {Tree} part */
function termOf(part) {
  const text = "any" in part ? `(${written(part)})` : written(part);
  if (!("term" in part) || part.term.pair != null) return { text, key: null, value: null };
  return { text, key: part.term.key, value: part.term.value };
}

/**
 * @param {string | null} filter
 * @returns {Selection}
 */
export function selectionOfFilter(filter) {
  try {
    return selectionOf(tree(filter ?? ""));
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    throw new Problem(400, error.message, error.mistake.hint);
  }
}
