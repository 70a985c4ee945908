// @ts-check
/** What stands in front of the page for a moment. */

import { h } from "./dom.js";
import { report } from "./saved.js";
import { services } from "./services.js";

const keys = [
  ["/", "filter"],
  [
    "j  k",
    "details of the next and the previous event or operation (also ↓ ↑, Page Up and Down, Home, End)",
  ],
  ["Enter", "details of the first one; Esc closes them"],
  ["c", "copy the event or operation as JSON"],
  ["Ctrl+E", "record or stop (Cmd+E on a Mac)"],
  ["f", "follow what is new"],
  [
    "d",
    "Drive: push, sync, network, worker, fetches, notifications; Ctrl+Enter sends, Esc closes",
  ],
  ["o", "newest or oldest first"],
  ["u", "UTC or local time"],
  ["m", "microseconds"],
  ["v", "which columns there are"],
  ["g a", "all events"],
  ...services.map(({ key, title }) => [`g ${key}`, title]),
  ["g t", "Timeline"],
  ["g o", "Operations"],
  ["← →", "Timeline: earlier and later (Page Up and Down: by a screen)"],
  ["+  -  0", "Timeline: zoom in, zoom out, everything"],
  ["↑  ↓", "Timeline: between lanes; Enter selects an event of the lane, j and k the next ones"],
  ["b", "Timeline: mark what is shown as the filter's time; Esc clears it"],
  ["?", "these keys"],
];

/** What the filter takes, for the box's help and where nothing matches. */
export const filterTerms = [
  ["outcome:failed", "or pending, ok"],
  ["status:failed", "how far its operation has come; is:open: more is to come"],
  ["service:push", "or fetch, sync, periodic, notifications, payment"],
  ["tag:outbox", "the instance, whole"],
  ["origin:app.example", "any scheme and port, unless they are written"],
  ['event:"Sync completed"', "the name, whole"],
  ["source:default", "the recorded profile"],
  ["since:2h", "also until:, also a date"],
  ["Payload:hello", "metadata; also scope:, capture:, is:trigger"],
  ["or  not  ( )", "put terms together; -term is not term"],
  ["words", 'in names, instances and metadata; "in quotes" with spaces'],
];

/** @param {string[][]} pairs */
function list(pairs) {
  return h(
    "dl",
    { class: "keys" },
    ...pairs.flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]),
  );
}

export function showKeys() {
  show(
    "Keys",
    list(keys.filter(([key]) => !report || (!["Ctrl+E", "f", "d"].includes(key)))),
    h("h3", {}, "The filter takes"),
    list(filterTerms),
    h("form", { method: "dialog" }, h("button", { autofocus: true }, "Close")),
  );
}

/**
 * @param {string} title
 * @param {string[]} sentences
 */
export function tell(title, sentences) {
  show(
    title,
    ...sentences.map((sentence) => h("p", {}, sentence)),
    h("form", { method: "dialog" }, h("button", { autofocus: true }, "Close")),
  );
}

/**
 * @param {string} title
 * @param {string[]} sentences
 * @param {string} verb
 * @returns {Promise<boolean>}
 */
export function confirm(title, sentences, verb) {
  const dialog = show(
    title,
    ...sentences.map((sentence) => h("p", {}, sentence)),
    h(
      "form",
      { method: "dialog" },
      h("button", { value: "no", autofocus: true }, "Cancel"),
      h("button", { value: "yes", class: "danger" }, verb),
    ),
  );
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"))
  );
}

/**
 * @param {string} title
 * @param {...Node} content
 */
export function show(title, ...content) {
  const dialog = h("dialog", { "aria-label": title }, h("h2", {}, title), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // It is read from its beginning, wherever the button is that has the focus.
  dialog.scrollTop = 0;
  return dialog;
}
