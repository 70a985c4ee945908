// @ts-check
/** What stands before the colon of a term, and what an empty selection takes with its value. */

/** @import { Selection } from "../ui/types.d.ts" */

import { isSource, moment } from "../ui/matching.js";
import { services } from "../ui/services.js";
import { isState, open, signs, statesOf } from "../ui/states.js";
import { sources } from "./saved.js";

/** What can't be asked for; the message and a hint are for people. */
export class Unknown extends Error {
  /**
   * @param {string} detail
   * @param {string} hint
   */
  constructor(detail, hint) {
    super(detail);
    this.hint = hint;
  }
}

/** @type {Record<string, (selection: Selection, value: string) => void>} */
export const keys = {
  service(selection, value) {
    const found = services.find(({ name, short }) => name === value || short === value);
    const hint = `Services are ${services.map(({ short }) => short).join(", ")}.`;
    if (!found) throw new Unknown(`There is no service “${value}”.`, hint);
    selection.services = [found.name];
  },
  origin(selection, value) {
    const place = value.replace(/\/$/, "");
    if (value.includes("://")) selection.origins = [place];
    else selection.hosts = [place.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())];
  },
  event: (selection, value) => selection.names = [value],
  tag: (selection, value) => selection.instances = [value],
  source: (selection, value) => selection.sources = sourcesOf(value),
  scope: (selection, value) => selection.scopes = [value],
  capture(selection, value) {
    selection.captures = [oneOf(["live", "replay", "inspect", "push", "import"], value, "capture")];
  },
  outcome(selection, value) {
    selection.outcomes = [oneOf(["ok", "failed", "pending"], value, "outcome")];
  },
  status(selection, value) {
    selection.states = [oneOf(Object.keys(signs), value, "status")];
  },
  is(selection, value) {
    if (oneOf(["trigger", open], value, "is") === "trigger") selection.isTrigger = true;
    else selection.states = statesOf([open]).filter(isState);
  },
  since: (selection, value) => selection.sinceMicros = time(value),
  until: (selection, value) => selection.untilMicros = time(value),
};

/**
 * @param {string[]} words
 * @param {string} value
 * @param {string} key
 */
function oneOf(words, value, key) {
  if (words.includes(value)) return value;
  throw new Unknown(`There is no ${key} “${value}”.`, `One of ${words.join(", ")} follows.`);
}

/** @param {string} value */
function time(value) {
  const isTime = /^(\d{4}-\d\d-\d\d|\d+[a-z])/.test(value);
  const micros = isTime ? moment(value, null) : null;
  if (micros != null) return micros;
  throw new Unknown(
    `“${value}” is neither a duration nor a date.`,
    "Write how long ago, such as 2h or 3d, or a date as RFC 3339 does.",
  );
}

/** @param {string} value an id, a name, or the beginning of an id */
function sourcesOf(value) {
  const named = sources.filter(({ id, name }) => id === value || name === value);
  const found = named.length > 0 || value.length < 4
    ? named
    : sources.filter((source) => isSource(source, value.toLowerCase()));
  if (named.length > 0 || found.length === 1) return found.map(({ id }) => id);
  const names = sources.map(({ name }) => name).join(", ");
  throw new Unknown(`There is no source “${value}”.`, `This report is of ${names}.`);
}
