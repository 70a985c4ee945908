// @ts-check
/** Saving what a pane shows, and importing what was saved. */

/** @import { ImportResult, Source, SourceName, View } from "./types.d.ts" */
/** @import { Child } from "./dom.js" */

import { show } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { unfiltered } from "./filter.js";
import { count } from "./format.js";
import { writeFilter } from "./language.js";
import { Problem } from "./problem.js";
import { importFile, listenToDrops, save } from "./transfer.js";

export class OffSave extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {Source[]} */
  sources = [];
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** Sources may be new. */
  imported = () => {};
  /** Where it is told what came of it; it stands elsewhere on the page. */
  told = h("div", { class: "report", role: "status", hidden: true });

  #picker = h("input", {
    type: "file",
    multiple: true,
    hidden: true,
    accept: ".json,.jsonl,application/json",
    "aria-label": "Files to import",
    onchange: () => {
      this.#import([...this.#picker.files ?? []]);
      // So that the same file can be chosen again.
      this.#picker.value = "";
    },
  });

  connectedCallback() {
    if (this.firstChild) return;
    fill(
      this,
      h("button", { title: "Save what this pane shows", onclick: () => this.#choose() }, "Save…"),
      h("button", {
        title: "Import what DevTools or Offstage has saved; files can also be dropped on the page",
        onclick: () => this.#picker.click(),
      }, "Import…"),
      this.#picker,
    );
    listenToDrops((files) => this.#import(files));
  }

  // Saving

  #choose() {
    const view = this.view;
    if (!view) return;
    /**
     * @param {Parameters<typeof save>[0]} format
     * @param {string} name
     * @param {string} what
     */
    const choice = (format, name, what) =>
      h(
        "button",
        { value: format, autofocus: format === "devtools" },
        h("b", {}, name),
        h("span", { class: "quiet" }, what),
      );
    const redacted = h(
      "select",
      {},
      h("option", { value: "html" }, "in a report only"),
      h("option", { value: "all" }, "whatever is saved"),
      h("option", { value: "none" }, "nowhere"),
    );
    const dialog = show(
      "Save",
      h("p", {}, described(view)),
      h(
        "form",
        { method: "dialog", class: "choices" },
        choice(
          "devtools",
          "DevTools JSON",
          view.service
            ? "as the Save button of DevTools writes it"
            : "as DevTools writes it, all services in one file",
        ),
        choice("csv", "CSV", "for spreadsheets"),
        choice("jsonl", "JSON lines", "all that is known, gaps too, for another Offstage"),
        choice("html", "Report", "these pages in one file, which any browser opens"),
        h(
          "label",
          { class: "redacted" },
          "Payloads, texts and tokens are replaced by their lengths ",
          redacted,
        ),
        h("button", { value: "" }, "Cancel"),
      ),
    );
    dialog.addEventListener("close", () => {
      const format = dialog.returnValue;
      if (!isFormat(format)) return;
      const isRedacted = redacted.value === "all" || redacted.value === format;
      this.#try(() => save(format, isRedacted, view));
    });
  }

  // Importing

  /** @param {File[]} files */
  async #import(files) {
    /** @type {Child[]} */
    const lines = [];
    for (const file of files) {
      this.#tell(...lines, line(`Importing ${file.name}…`));
      try {
        lines.push(this.#result(file, await importFile(file)));
      } catch (error) {
        lines.push(failure(error));
      }
    }
    if (lines.length === 0) return;
    this.#tell(...lines);
    this.imported();
  }

  /**
   * @param {File} file
   * @param {ImportResult} result
   */
  #result(file, { added, known, skipped, faults, sources }) {
    const events = `${count(added)} ${added === 1 ? "event" : "events"} added`;
    const rest = known > 0 ? `, ${count(known)} there already` : "";
    const [fault] = faults;
    const place = fault?.line == null ? "" : `line ${fault.line}, column ${fault.column}, `;
    const bad = skipped > 0
      ? h(
        "span",
        { class: "failed" },
        `${count(skipped)} ${skipped === 1 ? "part" : "parts"} of it can't be read, ` +
          `${skipped === 1 ? "which" : "of which the first"} is: ${place}it ${fault.text}. `,
      )
      : null;
    return line(
      `${file.name}: ${events}${rest}. `,
      bad,
      ...sources.slice(0, 5).flatMap((source) => [
        h(
          "button",
          { onclick: () => this.#open(source) },
          source.name === file.name ? "Show" : `Show “${source.name}”`,
        ),
        " ",
      ]),
    );
  }

  /** @param {SourceName} source */
  #open(source) {
    const isAlone = this.sources.filter(({ name }) => name === source.name).length <= 1;
    this.go({ ...unfiltered, service: null, source: isAlone ? source.name : source.id });
  }

  // Telling

  /** @param {...Child} lines */
  #tell(...lines) {
    this.told.hidden = lines.length === 0;
    fill(
      this.told,
      h("div", {}, ...lines),
      h("button", { "aria-label": "Close", onclick: () => this.#tell() }, "✕"),
    );
  }

  /** @param {() => Promise<void>} work */
  async #try(work) {
    try {
      await work();
      this.#tell();
    } catch (error) {
      this.#tell(failure(error));
    }
  }
}

/** @param {...Child} content */
function line(...content) {
  return h("p", {}, ...content);
}

/** @param {unknown} error */
function failure(error) {
  if (error instanceof Problem) {
    return h("p", { class: "failed" }, [error.message, error.hint].filter(Boolean).join(" "));
  }
  // What fetch says when nobody answers.
  if (error instanceof TypeError) {
    return h("p", { class: "failed" }, "Offstage does not answer; try it again.");
  }
  throw error;
}

/**
 * @param {string} text
 * @returns {text is Parameters<typeof save>[0]}
 */
function isFormat(text) {
  return ["devtools", "csv", "jsonl", "html"].includes(text);
}

/** @param {View} view */
function described(view) {
  const filter = writeFilter(view);
  return filter
    ? `What this pane shows is saved: ${filter}`
    : "Everything that is stored is saved.";
}
