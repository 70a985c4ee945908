// @ts-check
/**
 * The filter language. Only the server reads it (Docs/filter.md): the page asks how a text is
 * understood, and writes terms.
 */

/** @import { FilterMistake, FilterReading, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { places } from "./filter-places.js";
import { quotedWord, term } from "./filter-text.js";
import { service } from "./services.js";

/**
 * @typedef {"service" | "origin" | "source" | "outcome" | "instance" | "since" | "until" | "words"
 *   | "rest" | "restSelection"} Part
 * @typedef {Pick<View, Part>} Filter
 */

/** A filter that can't be taken. */
export class Mistaken extends Error {
  /** @param {FilterMistake} mistake */
  constructor(mistake) {
    super(mistake.detail);
    this.mistake = mistake;
  }
}

/**
 * @param {string} text
 * @param {number} [at] where the cursor stands, in Unicode characters: completions come too
 * @returns {Promise<FilterReading>}
 */
export function read(text, at) {
  const parameters = new URLSearchParams({ filter: text });
  if (at != null) parameters.set("at", String(at));
  return ask(`/filter?${parameters}`);
}

/**
 * @param {string} text
 * @returns {Promise<Filter>} throws what is mistaken
 */
export async function parse(text) {
  const { terms, mistake } = await read(text);
  if (mistake) throw new Mistaken(mistake);
  /** @type {Filter} */
  const filter = { ...noFilter, words: [], rest: [] };
  for (const { text, key, value } of terms) {
    if (key == null && value != null) filter.words.push(value);
    else if (!put(filter, key, value ?? "")) filter.rest.push(text);
  }
  if (filter.rest.length > 0) filter.restSelection = (await read(filter.rest.join(" "))).selection;
  return filter;
}

/**
 * A mistaken filter selects nothing: the server says why when it is asked for events.
 *
 * @param {string} text
 * @returns {Promise<Filter>}
 */
export async function understood(text) {
  try {
    return await parse(text);
  } catch (error) {
    if (error instanceof Mistaken) return { ...noFilter, rest: [text] };
    throw error;
  }
}

/** @type {Filter} */
export const noFilter = {
  service: null,
  origin: null,
  source: null,
  outcome: null,
  instance: null,
  since: null,
  until: null,
  words: [],
  rest: [],
  restSelection: null,
};

/**
 * @param {Filter} filter
 * @param {string | null} key
 * @param {string} value
 * @returns {boolean} false if there is no place for it, or it is taken
 */
function put(filter, key, value) {
  const place = places[/** @type {keyof typeof places} */ (key)];
  if (!place || filter[place] != null) return false;
  Object.assign(filter, { [place]: place === "service" ? service(value)?.name : value });
  return true;
}

/**
 * @param {Filter} filter
 * @returns {string}
 */
export function writeFilter(filter) {
  const { origin, source, outcome, instance, since, until } = filter;
  const terms = Object.entries({ origin, source, outcome, tag: instance, since, until })
    .flatMap(([key, value]) => value == null ? [] : [term(key, value)]);
  if (filter.service) terms.unshift("service:" + service(filter.service)?.short);
  return [...terms, ...filter.words.map(quotedWord), ...filter.rest]
    .join(" ");
}
