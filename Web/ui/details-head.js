// @ts-check
/** What stands above the details of a row: its title, and where to go from there. */

import { h } from "./dom.js";
import { copyButton } from "./metadata.js";

/**
 * @param {object} head
 * @param {string} head.title
 * @param {string | null} head.outcome
 * @param {() => unknown} head.json what is copied
 * @param {(step: number) => void} head.step
 * @param {() => void} head.close
 * @param {import("./dom.js").Child} [head.also] what else can be done with it
 */
export function detailsHead({ title, outcome, json, step, close, also = null }) {
  return h(
    "header",
    {},
    h("h2", { class: outcome ?? "" }, title),
    also,
    h("button", {
      title: "Newer or older (k, j)",
      "aria-label": "Row above",
      onclick: () => step(-1),
    }, "‹"),
    h("button", {
      title: "Newer or older (k, j)",
      "aria-label": "Row below",
      onclick: () => step(1),
    }, "›"),
    copyButton("copy", () => JSON.stringify(json(), null, 2), "Copy as JSON (c)"),
    h("button", { title: "Close (Esc)", "aria-label": "Close", onclick: close }, "✕"),
  );
}
