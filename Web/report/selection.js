// @ts-check
/** Which of the saved events a question means, as the server decides it. */

/** @import { OffEvent } from "../ui/types.d.ts" */
/** @import { Filter } from "../ui/language.js" */

import { matches } from "../ui/matching.js";
import { service } from "../ui/services.js";
import { terms } from "./filter.js";
import { events } from "./saved.js";

/**
 * @param {URLSearchParams} parameters
 * @returns {Filter}
 */
export function viewOf(parameters) {
  const outcome = parameters.get("outcome");
  const { words, ...others } = terms(parameters);
  const texts = parameters.getAll("text").filter((word) => word !== "");
  return {
    service: service(parameters.get("service"))?.name ?? null,
    origin: parameters.get("origin"),
    source: parameters.get("source"),
    outcome: outcome === "ok" || outcome === "failed" || outcome === "pending" ? outcome : null,
    instance: parameters.get("instance"),
    since: parameters.get("since"),
    until: parameters.get("until"),
    rest: [],
    restSelection: null,
    ...others,
    words: [...words ?? [], ...texts],
  };
}

/**
 * @param {URLSearchParams} parameters
 * @returns {OffEvent[]} in order of time
 */
export function selected(parameters) {
  const view = viewOf(parameters);
  return events.filter((event) => matches(event, view));
}
