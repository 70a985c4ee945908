// @ts-check
/** The keys of the filter language that a view has a place of its own for. */

export const places = /** @type {const} */ ({
  service: "service",
  origin: "origin",
  source: "source",
  outcome: "outcome",
  tag: "instance",
  since: "since",
  until: "until",
});
