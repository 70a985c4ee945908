// @ts-check
/** An operation as a test: what `offstage codegen` writes, to be copied or saved. */

import { askText } from "./api.js";
import { show } from "./dialogs.js";
import { h } from "./dom.js";
import { copyButton } from "./metadata.js";

/** @param {number} id of the operation */
export async function showScenario(id) {
  const text = await askText(`/operations/${id}/scenario`);
  const name = `operation-${id}.yaml`;
  show(
    "Scenario",
    h(
      "p",
      {},
      "A file that makes it happen again, in a browser of its own: ",
      h("code", {}, `offstage test ${name}`),
      " plays it.",
    ),
    h("pre", { class: "scenario", tabindex: "0" }, text),
    h(
      "form",
      { method: "dialog" },
      copyButton("Copy", () => text, "Copy the file"),
      h("button", { type: "button", onclick: () => save(text, name) }, "Save"),
      h("button", { autofocus: true }, "Close"),
    ),
  );
}

/**
 * @param {string} text
 * @param {string} name
 */
function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  // Only once the browser has begun to save it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
