// @ts-check
/** What went wrong beside all operations, selected as FindingSearch does it. */

/** @import { Finding, Selection } from "../ui/types.d.ts" */
/** @import { FindingBeside } from "./data.js" */

import { isOne } from "../ui/selection.js";
import { saved } from "./data.js";
import { selectionOf } from "./selection.js";

/**
 * @param {URLSearchParams} parameters
 * @returns {{findings: Finding[]}}
 */
export function elsewhere(parameters) {
  const selection = selectionOf(parameters);
  const found = saved.elsewhere.filter((beside) => takes(selection, beside));
  return {
    findings: found.slice(-Number(parameters.get("limit") ?? 100)).map(({ finding }) => finding),
  };
}

/**
 * @param {Selection} selection
 * @param {FindingBeside} beside
 */
function takes(selection, { finding, fromMicros, toMicros }) {
  const isGap = finding.rule.startsWith("gap-");
  const { instances, origins } = selection;
  return !isOfEvents(selection) && isOne(selection.services, finding.service ?? null) &&
    isOne(selection.sources, finding.source?.id ?? null) &&
    (isGap ? origins.length === 0 : isOne(origins, finding.origin ?? null)) &&
    (finding.pushId == null ? instances.length === 0 : isOne(instances, finding.pushId)) &&
    fromMicros <= (selection.untilMicros ?? Infinity) &&
    (toMicros ?? Infinity) >= (selection.sinceMicros ?? -Infinity);
}

/**
 * Whether it names what only an event has.
 *
 * @param {Selection} selection
 */
function isOfEvents(selection) {
  const { outcomes, captures, words, hosts, names, scopes, states, pairs, rest } = selection;
  return selection.isTrigger != null ||
    [outcomes, captures, words, hosts, names, scopes, states, pairs, rest]
      .some(({ length }) => length > 0);
}
