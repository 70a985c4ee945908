// @ts-check
/** The view as it stands in the page's address. `q` is in Offstage's filter language. */

/** @import { View } from "./types.d.ts" */

import { service } from "./services.js";

/**
 * @param {string} search
 * @returns {View}
 */
export function readAddress(search) {
  const parameters = new URLSearchParams(search);
  const id = Number(parameters.get("id"));
  return {
    ...parseFilter(parameters.get("q") ?? ""),
    selected: Number.isSafeInteger(id) && id > 0 ? id : null,
    utc: parameters.has("utc"),
    oldestFirst: parameters.has("oldest"),
    timeline: parameters.get("view") === "timeline",
    from: parameters.get("from"),
    to: parameters.get("to"),
  };
}

/**
 * @param {View} view
 * @returns {string}
 */
export function writeAddress(view) {
  const parameters = new URLSearchParams();
  const filter = writeFilter(view);
  if (view.timeline) parameters.set("view", "timeline");
  if (filter) parameters.set("q", filter);
  if (view.selected) parameters.set("id", String(view.selected));
  if (view.utc) parameters.set("utc", "");
  if (view.oldestFirst) parameters.set("oldest", "");
  if (view.timeline && view.from) parameters.set("from", view.from);
  if (view.timeline && view.from && view.to) parameters.set("to", view.to);
  const text = parameters.toString();
  return text ? "?" + text : "/";
}

/**
 * Terms joined by spaces: `service:`, `origin:`, `source:`, `since:`, `until:`, and bare words.
 *
 * @param {string} text
 * @returns {Pick<View, "service" | "origin" | "source" | "since" | "until" | "words">}
 */
export function parseFilter(text) {
  /** @type {ReturnType<typeof parseFilter>} */
  const filter = { service: null, origin: null, source: null, since: null, until: null, words: [] };
  // A term ends at a space outside quotes.
  for (const [, key, quoted, plain] of text.matchAll(/(?:(\w+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const value = quoted == null ? plain : quoted.replace(/\\(.)/g, "$1");
    if (key === "service") filter.service = service(value)?.name ?? null;
    else if (key === "origin" || key === "source" || key === "since" || key === "until") {
      filter[key] = value;
    } else filter.words.push(key ? `${key}:${value}` : value);
  }
  return filter;
}

/**
 * @param {Pick<View, "service" | "origin" | "source" | "since" | "until" | "words">} filter
 * @returns {string}
 */
export function writeFilter(filter) {
  const terms = [];
  if (filter.service) terms.push("service:" + service(filter.service)?.short);
  if (filter.origin) terms.push("origin:" + quote(filter.origin));
  if (filter.source) terms.push("source:" + quote(filter.source));
  if (filter.since) terms.push("since:" + quote(filter.since));
  if (filter.until) terms.push("until:" + quote(filter.until));
  return [...terms, ...filter.words.map(quote)].join(" ");
}

/** @param {string} text */
function quote(text) {
  return /^[^\s":\\()]+(:\/\/[^\s"\\()]+)?$/.test(text)
    ? text
    : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
