// @ts-check
/** The view as it stands in the page's address. `q` is in Offstage's filter language. */

/** @import { View } from "./types.d.ts" */

import { columns } from "./columns.js";
import { moment, unfiltered } from "./filter.js";
import { service, services } from "./services.js";
import { isState } from "./states.js";

/**
 * @param {string} search
 * @returns {View}
 */
export function readAddress(search) {
  const parameters = new URLSearchParams(search);
  return {
    ...parseFilter(parameters.get("q") ?? ""),
    selected: number(parameters.get("id")),
    utc: parameters.has("utc"),
    micros: parameters.has("micros"),
    oldestFirst: parameters.has("oldest"),
    ...readSort(parameters.get("sort") ?? ""),
    timeline: parameters.get("view") === "timeline",
    operations: parameters.get("view") === "operations",
    states: parameters.get("state")?.split(",").filter(isState) ?? [],
    operation: number(parameters.get("operation")),
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
  if (view.operations) parameters.set("view", "operations");
  if (filter) parameters.set("q", filter);
  if (view.selected) parameters.set("id", String(view.selected));
  if (view.operations && view.states.length > 0) parameters.set("state", view.states.join());
  if (view.operations && view.operation) parameters.set("operation", String(view.operation));
  if (view.utc) parameters.set("utc", "");
  if (view.micros) parameters.set("micros", "");
  if (view.oldestFirst) parameters.set("oldest", "");
  if (view.sort) parameters.set("sort", (view.isSortedDown ? "-" : "") + view.sort);
  if (view.timeline && view.from) parameters.set("from", view.from);
  if (view.timeline && view.from && view.to) parameters.set("to", view.to);
  const text = parameters.toString();
  return text ? "?" + text : "/";
}

/** @param {string | null} text */
function number(text) {
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/**
 * `event`, or `-event` for the other way round.
 *
 * @param {string} text
 * @returns {Pick<View, "sort" | "isSortedDown">}
 */
function readSort(text) {
  const name = text.replace(/^-/, "");
  const sort = columns.find((column) => column.sort === name)?.sort ?? null;
  return { sort, isSortedDown: sort != null && text.startsWith("-") };
}

/**
 * @typedef {"service" | "origin" | "source" | "outcome" | "instance" | "since" | "until" | "words"} Term
 * @typedef {Pick<View, Term>} Filter
 */

/**
 * Terms joined by spaces: `service:`, `origin:`, `source:`, `outcome:`, `tag:` (the instance),
 * `since:`, `until:`, and bare words.
 *
 * @param {string} text
 * @returns {Filter}
 */
export function parseFilter(text) {
  /** @type {Filter} */
  const filter = { ...unfiltered, service: null, words: [] };
  // A term ends at a space outside quotes.
  for (const [, key, quoted, plain] of text.matchAll(/(?:(\w+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const value = quoted == null ? plain : quoted.replace(/\\(.)/g, "$1");
    const named = key === "service" ? service(value) : undefined;
    if (named) filter.service = named.name;
    else if (key === "tag") filter.instance = value;
    else if (key === "outcome" && isOutcome(value)) filter.outcome = value;
    else if (key === "origin" || key === "source" || key === "since" || key === "until") {
      filter[key] = value;
    } else filter.words.push(key ? `${key}:${value}` : value);
  }
  return filter;
}

/**
 * What of a filter can't be meant, in a sentence with the words that can be.
 *
 * @param {string} text
 * @returns {string | null}
 */
export function mistakeIn(text) {
  const filter = parseFilter(text);
  const said = (/** @type {string} */ term, /** @type {string[]} */ words) =>
    `“${term}” can't be looked for: ${term.split(":")[0]} is one of ${words.join(", ")}.`;
  for (const word of filter.words) {
    if (/^service:/.test(word)) return said(word, services.map(({ short }) => short));
    if (/^outcome:/.test(word)) return said(word, ["failed", "pending", "ok"]);
  }
  for (const key of /** @type {("since" | "until")[]} */ (["since", "until"])) {
    const value = filter[key];
    if (value == null || !Number.isNaN(moment(value, NaN))) continue;
    return `“${key}:${value}” is no time: write 2h, 1h30m or 2026-11-25T14:00:00Z.`;
  }
  return null;
}

/**
 * @param {string} text
 * @returns {text is "ok" | "failed" | "pending"}
 */
function isOutcome(text) {
  return ["ok", "failed", "pending"].includes(text);
}

/**
 * @param {Filter} filter
 * @returns {string}
 */
export function writeFilter(filter) {
  const { origin, source, outcome, instance, since, until } = filter;
  const terms = Object.entries({ origin, source, outcome, tag: instance, since, until })
    .flatMap(([key, value]) => value == null ? [] : [`${key}:${quote(value)}`]);
  if (filter.service) terms.unshift("service:" + service(filter.service)?.short);
  return [...terms, ...filter.words.map(quote)].join(" ");
}

/** @param {string} text */
function quote(text) {
  return /^[^\s":\\()]+(:\/\/[^\s"\\()]+)?$/.test(text)
    ? text
    : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
