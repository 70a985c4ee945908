// @ts-check
/** What a worker did around a moment: its errors, and the states that it was in. */

/** @import { WorkerEntry } from "./types.d.ts" */

import { h } from "./dom.js";
import { offset } from "./format.js";

/**
 * @param {string} title
 * @param {WorkerEntry[]} entries
 * @param {number} micros the moment that others are told from
 * @param {number[]} [suspect] the moments near which an error stands out
 */
export function workerEntries(title, entries, micros, suspect = [micros]) {
  const away = (/** @type {WorkerEntry} */ { atMicros }) =>
    suspect.reduce((least, moment) => Math.min(least, Math.abs(atMicros - moment)), Infinity);
  const errors = entries.filter(({ kind }) => kind === "error");
  const states = entries.filter(({ kind }) => kind !== "error");
  const nearest = suspect.length === 0 ? null : errors.reduce(
    (best, entry) => best && away(best) <= away(entry) ? best : entry,
    /** @type {WorkerEntry | null} */ (null),
  );
  return [
    h("h3", {}, title),
    h(
      "ol",
      { class: "worker" },
      ...errors.map((entry) =>
        h(
          "li",
          { class: entry === nearest ? "error nearest" : "error" },
          h("span", { class: "delta" }, offset(entry.atMicros - micros)),
          h("span", {}, `✕ ${entry.message} (${entry.script}:${(entry.line ?? -1) + 1})`),
        )
      ),
    ),
    nearest && errors.length > 1 && h(
      "p",
      { class: "quiet" },
      "The nearest stands out; the others may belong to other events of this worker.",
    ),
    states.length > 0 && h(
      "details",
      {},
      h("summary", { class: "quiet" }, `its states (${states.length})`),
      h(
        "ol",
        { class: "worker" },
        ...states.map((entry) =>
          h(
            "li",
            {},
            h("span", { class: "delta" }, offset(entry.atMicros - micros)),
            h("span", {}, `${entry.status}, ${entry.runningStatus}`),
          )
        ),
      ),
    ),
  ];
}
