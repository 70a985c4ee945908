// @ts-check
/** What went wrong beside all operations: posts that were refused, workers' mistakes, gaps. */

/** @import { Finding, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { fill, h } from "./dom.js";
import { query } from "./filter.js";
import { clock, count } from "./format.js";
import { findingArticle } from "./operation-parts.js";
import { report } from "./saved.js";

/** The newest; a sender that is refused is so often. */
const most = 50;
/** Nothing tells of them by itself, in milliseconds. */
const pause = 5000;

export class Elsewhere {
  element = h("details", { class: "elsewhere", hidden: true });
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});
  /** @type {View | null} */
  #view = null;
  #summary = h("summary", {});
  #list = h("div", { class: "findings" });
  /** @type {Finding[]} */
  #found = [];
  #asked = "";
  #shown = "";
  #isAsking = false;

  constructor() {
    this.element.append(this.#summary, this.#list);
  }

  /** @param {View} view whose filter holds for them too */
  look(view) {
    this.#view = view;
    if (question(view) !== this.#asked) this.attempt(() => this.#load(view));
    else this.#show(view);
    this.#lookOn();
  }

  /** Asks now and then, as long as somebody sees it. */
  async #lookOn() {
    if (this.#isAsking || report) return;
    this.#isAsking = true;
    await after(pause);
    while (this.element.checkVisibility() || this.element.parentElement?.checkVisibility()) {
      const view = this.#view;
      if (view && !document.hidden) await this.attempt(() => this.#load(view));
      await after(pause);
    }
    this.#isAsking = false;
    // Whoever comes back is not shown what was so a while ago.
    this.#asked = "";
  }

  /** @param {View} view */
  async #load(view) {
    const asked = question(view);
    this.#asked = asked;
    /** @type {{findings: Finding[]}} */
    const { findings } = await ask(`/findings/elsewhere?${asked}`);
    if (this.#asked !== asked) return;
    this.#found = findings;
    this.#show(view);
  }

  /** @param {View} view */
  #show(view) {
    const findings = this.#found;
    const shown = JSON.stringify([findings, view.utc, view.since]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const number = findings.length < most ? count(findings.length) : `${count(most)}+`;
    const errors = findings.some(({ severity }) => severity === "error");
    this.element.hidden = findings.length === 0;
    this.element.classList.toggle("error", errors);
    this.#summary.textContent = `⚠ ${number} ${
      findings.length === 1 ? "finding" : "findings"
    } beside the operations${isOfDay(view) ? ", in the last 24 hours" : ""}`;
    fill(this.#list, ...findings.toReversed().map((finding) => article(finding, view.utc)));
  }
}

/** @param {View} view */
function isOfDay({ since, until }) {
  return !report && since == null && until == null;
}

/** @param {View} view */
function question(view) {
  const parameters = query(view);
  parameters.set("limit", String(most));
  if (isOfDay(view)) parameters.set("since", "24h");
  return String(parameters);
}

/**
 * @param {Finding} finding
 * @param {boolean} utc
 */
function article(finding, utc) {
  const { atMicros, origin, pushId } = finding;
  return findingArticle(finding, [
    atMicros && `${clock(atMicros, utc)} `,
    origin && `${origin} `,
    pushId && `push ${pushId} `,
  ]);
}

/** @param {number} time in milliseconds */
function after(time) {
  return new Promise((done) => setTimeout(done, time));
}
