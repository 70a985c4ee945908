// @ts-check
/** Files that leave this page and come into it. */

/** @import { ImportResult, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { query } from "./filter.js";

/**
 * Has the browser save what the view shows. It can't send the token along, so that the server gives
 * a path that is good once.
 *
 * @param {"devtools" | "jsonl" | "csv" | "html"} format
 * @param {boolean} isRedacted
 * @param {View} view
 */
export async function save(format, isRedacted, view) {
  const parameters = query(view);
  parameters.set("format", format);
  parameters.set("redact", isRedacted ? "yes" : "no");
  const { path } = await ask(`/downloads?${parameters}`, { method: "POST" });
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}

/**
 * @param {File} file
 * @returns {Promise<ImportResult>}
 */
export function importFile(file) {
  return ask(`/imports?${new URLSearchParams({ name: file.name })}`, {
    method: "POST",
    body: file,
  });
}

/**
 * Takes files that are dropped anywhere on the page, which the browser would open in its place.
 *
 * @param {(files: File[]) => void} take
 */
export function listenToDrops(take) {
  const root = document.documentElement;
  /** @param {boolean} isOver */
  const show = (isOver) => root.classList.toggle("dropping", isOver);
  /** @param {DragEvent} event */
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget == null) show(false);
  });
  addEventListener("drop", (event) => {
    show(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer?.files ?? []]);
  });
}
