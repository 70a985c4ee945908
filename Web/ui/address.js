// @ts-check
/** The view as it stands in the page's address. */

/** @import { View } from "./types.d.ts" */

import { columns } from "./columns.js";
import { readSection } from "./drive-words.js";
import { noFilter, understood, writeFilter } from "./language.js";
import { report } from "./saved.js";
import { service } from "./services.js";
import { isState } from "./states.js";

/** The part of this page's address that says what is looked at: of a file only the last one may change. */
export function address() {
  return report ? location.hash : location.search;
}

/**
 * With its filter, which the server is asked about.
 *
 * @param {string} text
 * @returns {Promise<View>}
 */
export async function readView(text) {
  const view = readAddress(text);
  const filter = new URLSearchParams(text.replace(/^[?#]/, "")).get("filter");
  return filter ? { ...view, ...await understood(filter) } : view;
}

/**
 * All but a filter in the filter language.
 *
 * @param {string} text
 * @returns {View}
 */
export function readAddress(text) {
  const parameters = new URLSearchParams(text.replace(/^[?#]/, ""));
  return {
    ...readOldFilter(parameters.get("q") ?? ""),
    selected: number(parameters.get("id")),
    utc: parameters.has("utc"),
    micros: parameters.has("micros"),
    oldestFirst: parameters.has("oldest"),
    ...readSort(parameters.get("sort") ?? ""),
    timeline: parameters.get("view") === "timeline",
    operations: parameters.get("view") === "operations",
    states: parameters.get("state")?.split(",").filter(isState) ?? [],
    operation: number(parameters.get("operation")),
    drive: report ? null : readSection(parameters.get("drive")),
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
  if (filter) parameters.set("filter", filter);
  if (view.selected) parameters.set("id", String(view.selected));
  if (view.operations && view.states.length > 0) parameters.set("state", view.states.join());
  if (view.operations && view.operation) parameters.set("operation", String(view.operation));
  if (view.drive) parameters.set("drive", view.drive);
  if (view.utc) parameters.set("utc", "");
  if (view.micros) parameters.set("micros", "");
  if (view.oldestFirst) parameters.set("oldest", "");
  if (view.sort) parameters.set("sort", (view.isSortedDown ? "-" : "") + view.sort);
  if (view.timeline && view.from) parameters.set("from", view.from);
  if (view.timeline && view.from && view.to) parameters.set("to", view.to);
  const text = parameters.toString();
  if (report) return "#" + text;
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
 * `q` of the addresses that were saved before there was the filter language: terms joined by spaces,
 * each of which must hold. What is no term is a word.
 *
 * @param {string} text
 * @returns {import("./language.js").Filter}
 */
function readOldFilter(text) {
  /** @type {import("./language.js").Filter} */
  const filter = { ...noFilter, words: [] };
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
 * @param {string} text
 * @returns {text is "ok" | "failed" | "pending"}
 */
function isOutcome(text) {
  return ["ok", "failed", "pending"].includes(text);
}
