// @ts-check
/**
 * The part of the filter language that a report understands without a server: words, and terms that
 * the view has a place for, all of which must hold.
 */

/** @import { FilterReading } from "../ui/types.d.ts" */
/** @import { Filter } from "../ui/language.js" */

import { places } from "../ui/filter-places.js";
import { service } from "../ui/services.js";

const hint =
  "A report takes words and service:, origin:, source:, outcome:, tag:, since: and until:.";

/**
 * @param {URLSearchParams} parameters
 * @returns {FilterReading}
 */
export function reading(parameters) {
  const filter = parameters.get("filter") ?? "";
  /** @type {FilterReading} */
  const reading = { filter, terms: [], selection: null, mistake: null, completions: [] };
  for (const match of filter.matchAll(/(?:([^\s":]+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const [text, key, quoted, plain] = match;
    const value = quoted == null ? plain : quoted.replace(/\\(.)/g, "$1");
    const isWord = key == null && (quoted != null || isPlain(plain));
    const isTerm = Object.hasOwn(places, key ?? "") &&
      (key !== "service" || service(value) != null);
    if (isWord || isTerm) reading.terms.push({ text, key: key ?? null, value });
    else {
      const detail = `A saved report does not understand “${text}”.`;
      const position = [...filter.slice(0, match.index)].length;
      reading.mistake ??= { detail, hint, position, length: [...text].length };
    }
  }
  return reading;
}

/**
 * What the terms of a filter are in a view.
 *
 * @param {URLSearchParams} parameters
 * @returns {Partial<Filter>}
 */
export function terms(parameters) {
  /** @type {Partial<Filter> & { words: string[] }} */
  const view = { words: [] };
  for (const { key, value } of reading(parameters).terms) {
    if (key == null) view.words.push(value ?? "");
    else if (key === "service") view.service = service(value)?.name ?? null;
    else Object.assign(view, { [places[/** @type {keyof typeof places} */ (key)]]: value });
  }
  return view;
}

/** @param {string} text without quotes */
function isPlain(text) {
  return !/^(-|and$|or$|not$)/i.test(text) && !/[()]/.test(text);
}
