// @ts-check
/** What an event says, value by value, each of which can be copied. */

import { h } from "./dom.js";
import { jsonView } from "./json-view.js";

/**
 * @param {string} key
 * @param {string} value
 */
export function metadata(key, value) {
  const json = jsonView(value);
  if (!json && value.length < 100 && !value.includes("\n")) {
    return h(
      "div",
      { class: "metadata short" },
      h("span", { class: "key" }, key),
      h("code", {}, value),
      copyButton("copy", () => value, `Copy the value of ${key}`),
    );
  }
  const isLong = value.length > 400;
  const shown = value.length > 100_000 ? `${value.slice(0, 100_000)}…` : value;
  return h(
    "details",
    { class: "metadata", open: !isLong },
    h(
      "summary",
      {},
      h("span", { class: "key" }, key),
      isLong && h("span", { class: "quiet" }, ` ${value.length.toLocaleString("en")} characters`),
      copyButton("copy", () => value, `Copy the value of ${key}`),
    ),
    json ?? h("pre", { tabindex: "0" }, shown),
  );
}

/**
 * @param {string} text
 * @param {() => string} content
 * @param {string} title
 */
export function copyButton(text, content, title) {
  const button = h("button", {
    class: "copy",
    title,
    onclick: async (/** @type {MouseEvent} */ event) => {
      event.preventDefault();
      await navigator.clipboard.writeText(content());
      button.textContent = "copied";
      setTimeout(() => button.textContent = text, 1200);
    },
  }, text);
  return button;
}
