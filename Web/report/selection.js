// @ts-check
/** Which of the saved events a question means, as the server decides it. */

/** @import { OffEvent, View } from "../ui/types.d.ts" */

import { matches, unfiltered } from "../ui/filter.js";
import { readAddress } from "../ui/address.js";
import { service } from "../ui/services.js";
import { terms } from "./filter.js";
import { events } from "./saved.js";

/**
 * @param {URLSearchParams} parameters
 * @returns {View}
 */
export function viewOf(parameters) {
  const outcome = parameters.get("outcome");
  /** @type {View} */
  const view = {
    ...readAddress(""),
    ...unfiltered,
    service: service(parameters.get("service"))?.name ?? null,
    origin: parameters.get("origin"),
    source: parameters.get("source"),
    outcome: outcome === "ok" || outcome === "failed" || outcome === "pending" ? outcome : null,
    instance: parameters.get("instance"),
    since: parameters.get("since"),
    until: parameters.get("until"),
  };
  const { words, ...others } = terms(parameters);
  const texts = parameters.getAll("text").filter((word) => word !== "");
  return { ...view, ...others, words: [...words ?? [], ...texts] };
}

/**
 * @param {URLSearchParams} parameters
 * @returns {OffEvent[]} in order of time
 */
export function selected(parameters) {
  const view = viewOf(parameters);
  return events.filter((event) => matches(event, view));
}
