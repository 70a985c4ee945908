// @ts-check
/** The stretch of time that is shown. */

/** @import { View } from "./types.d.ts" */

import { show } from "./dialogs.js";
import { h } from "./dom.js";
import { moment } from "./matching.js";

/** The value of the choice that asks. */
export const custom = "custom";

export const ranges = [
  ["", "all time"],
  ["15m", "last 15 minutes"],
  ["1h", "last hour"],
  ["1d", "last day"],
  ["3d", "last 3 days"],
];

/**
 * The choices with the one that is in force, and which that is.
 *
 * @param {View} view
 * @returns {{choices: string[][], chosen: string}}
 */
export function rangeChoices(view) {
  const asking = [custom, "between…"];
  const { since, until } = view;
  if (!until && ranges.some(([value]) => value === (since ?? ""))) {
    return { choices: [...ranges, asking], chosen: since ?? "" };
  }
  const text = [since && `from ${short(since)}`, until && `to ${short(until)}`];
  const chosen = ["now", text.filter(Boolean).join(" ")];
  return { choices: [...ranges, chosen, asking], chosen: "now" };
}

/** @param {string} text a moment of RFC 3339, without what is the same all day */
function short(text) {
  return text.replace(/T/, " ").replace(/(\.\d*?)0*(Z|[+-]|$)/, "$1$2").replace(
    /\.(Z|[+-]|$)/,
    "$1",
  );
}

/**
 * Asks for two moments.
 *
 * @param {View} view
 * @param {(change: Partial<View>) => void} chosen
 */
export function askRange(view, chosen) {
  const from = field("From", value(view.since, view.utc));
  const to = field("To", value(view.until, view.utc));
  const dialog = show(
    "Between two moments",
    h("p", { class: "quiet" }, view.utc ? "In UTC." : "In local time.", " Empty: without an end."),
    h("div", { class: "range" }, from.label, to.label),
    h(
      "form",
      { method: "dialog" },
      h("button", { value: "no" }, "Cancel"),
      h("button", { value: "yes" }, "Show"),
    ),
  );
  from.input.focus();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    chosen({ since: read(from.input, view.utc), until: read(to.input, view.utc) });
  });
}

/**
 * @param {string} title
 * @param {string} value
 */
function field(title, value) {
  const input = h("input", { type: "datetime-local", step: "0.001", value });
  return { input, label: h("label", {}, title, input) };
}

/**
 * @param {string | null} text
 * @param {boolean} utc
 */
function value(text, utc) {
  const micros = text == null ? NaN : moment(text, NaN);
  if (Number.isNaN(micros)) return "";
  const shift = utc ? 0 : new Date(micros / 1000).getTimezoneOffset() * 60_000;
  return new Date(micros / 1000 - shift).toISOString().replace("Z", "");
}

/**
 * @param {HTMLInputElement} input
 * @param {boolean} utc
 */
function read(input, utc) {
  if (!input.value) return null;
  const date = new Date(utc ? `${input.value}Z` : input.value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
