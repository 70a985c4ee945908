// @ts-check
/** Which of the saved events a question means, as the server decides it. */

/** @import { OffEvent, Selection } from "../ui/types.d.ts" */

import { isSource, moment } from "../ui/matching.js";
import { everything, takes } from "../ui/selection.js";
import { service } from "../ui/services.js";
import { statesOf } from "../ui/states.js";
import { selectionOfFilter } from "./filter.js";
import { narrow } from "./narrowing.js";
import { events, sources } from "./saved.js";

/**
 * What the parameters and the filter among them take, both.
 *
 * @param {URLSearchParams} parameters
 * @returns {Selection}
 */
export function selectionOf(parameters) {
  const [source, origin, since, until] = ["source", "origin", "since", "until"]
    .map((name) => parameters.get(name));
  const found = service(parameters.get("service"))?.name;
  const selection = {
    ...everything,
    services: found ? [found] : [],
    origins: origin ? [origin.replace(/\/$/, "")] : [],
    sources: source ? sources.filter((one) => isSource(one, source)).map(({ id }) => id) : [],
    outcomes: parameters.getAll("outcome"),
    states: statesOf(parameters.getAll("state").flatMap((states) => states.split(","))),
    instances: parameters.getAll("instance"),
    sinceMicros: since ? moment(since, null) : null,
    untilMicros: until ? moment(until, null) : null,
    pairs: [],
    words: parameters.getAll("text").filter((word) => word !== ""),
    rest: [],
  };
  narrow(selection, selectionOfFilter(parameters.get("filter")));
  return selection;
}

/**
 * @param {URLSearchParams} parameters
 * @returns {OffEvent[]} in order of time
 */
export function selected(parameters) {
  const selection = selectionOf(parameters);
  return events.filter((event) => takes(selection, event));
}
