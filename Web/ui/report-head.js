// @ts-check
/** What a saved report says of itself: what it holds, of when, and what was left out. */

/** @import { Report } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { clock, count, day } from "./format.js";

export class ReportHead extends HTMLElement {
  #text = h("p", {});
  #utc = /** @type {boolean | null} */ (null);

  /** @param {Report} report */
  constructor(report) {
    super();
    this.report = report;
  }

  connectedCallback() {
    this.setAttribute("role", "banner");
    fill(this, this.#text);
  }

  /** @param {boolean} utc */
  render(utc) {
    if (this.#utc === utc) return;
    this.#utc = utc;
    const { createdMicros, version, events, elsewhere, filter, isRedacted, sources } = this.report;
    const at = `${day(createdMicros, utc)} ${clock(createdMicros, utc, false)}${utc ? " UTC" : ""}`;
    fill(
      this.#text,
      h("b", {}, "A saved report"),
      ` of ${at}, by Offstage ${version}: ${count(events)} ${events === 1 ? "event" : "events"}`,
      sources.length > 0 && ` of ${sources.map((name) => `“${name}”`).join(", ")}`,
      filter ? ", of which the filter is " : ", all that was recorded",
      filter && h("code", {}, filter),
      ". ",
      h(
        "span",
        { class: isRedacted ? "" : "failed" },
        isRedacted
          ? "Redacted: what may be secret is replaced by its length and a code."
          : "Not redacted: it holds payloads, texts and tokens as they were recorded.",
      ),
      elsewhere > 0 && " ",
      elsewhere > 0 && h(
        "a",
        { class: "inside", href: "#view=operations" },
        `⚠ ${count(elsewhere)} ${elsewhere === 1 ? "finding" : "findings"} beside the operations`,
      ),
    );
  }
}
