// @ts-check
/** What is said where nothing is listed: why, and what to do. */

/** @import { ServiceStatus, View } from "./types.d.ts" */

import { filterTerms } from "./dialogs.js";
import { h } from "./dom.js";
import { isFiltered, unfiltered } from "./filter.js";
import { isRecorded } from "./off-nav.js";
import { report } from "./saved.js";
import { service } from "./services.js";

/**
 * @param {View} view
 * @param {ServiceStatus[]} statuses
 * @param {(change: Partial<View>) => void} go
 * @returns {import("./dom.js").Child[]}
 */
export function emptyState(view, statuses, go) {
  if (isFiltered(view)) {
    return [
      h("p", {}, "Nothing matches the filter."),
      h(
        "p",
        { class: "quiet" },
        "It takes ",
        ...filterTerms.flatMap(([term], index) => [
          index > 0 && ", ",
          term === "words" ? term : h("code", {}, term),
        ]),
        "; what stands side by side must all hold.",
      ),
      h("button", { onclick: () => go(unfiltered) }, "Show everything of this pane"),
    ];
  }
  const shown = service(view.service);
  if (report) return [h("p", {}, `This report holds nothing${shown ? ` of ${shown.title}` : ""}.`)];
  const mine = statuses.filter((status) => !view.service || status.service === view.service);
  const isRecording = mine.some(isRecorded);
  return [
    h("h2", {}, isRecording ? "Nothing has happened yet" : "Nothing was recorded yet"),
    h("p", {}, shown?.teaches ?? "What your web app does in the background will be listed here."),
    whatToDo(isRecording, mine.some(({ isHeld }) => isHeld)),
    shown && h(
      "p",
      {},
      h("a", { href: shown.docs, target: "_blank", rel: "noreferrer" }, `${shown.title} on MDN`),
    ),
  ];
}

/**
 * @param {boolean} isRecording
 * @param {boolean} isHeld a recorder runs
 */
function whatToDo(isRecording, isHeld) {
  if (isRecording) {
    return h(
      "p",
      {},
      "It is being recorded: use your app, and events appear here as the browser logs them. ",
      "They stay 30 days unless you say otherwise.",
    );
  }
  if (isHeld) {
    return h(
      "p",
      {},
      "Recording is off. Press ",
      h("b", {}, "Record"),
      " or ",
      h("kbd", {}, "Ctrl+E"),
      ": the browser then records for three days, and Offstage renews that every day.",
    );
  }
  return h(
    "p",
    {},
    "Start a recorder: ",
    h("code", {}, "offstage open https://your.app"),
    " or ",
    h("code", {}, "offstage attach --port 9222"),
    "; ",
    h("code", {}, "offstage demo"),
    " shows all six services on a sample site.",
  );
}
