// @ts-check
/** What went wrong beside all operations: posts that were refused, workers' mistakes, gaps. */

/** @import { Finding } from "./types.d.ts" */

import { ask } from "./api.js";
import { fill, h } from "./dom.js";
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
  utc = false;
  #summary = h("summary", {});
  #list = h("div", { class: "findings" });
  #shown = "";
  #isAsking = false;

  constructor() {
    this.element.append(this.#summary, this.#list);
  }

  /** Asks now and then, as long as somebody sees it. */
  async look() {
    if (this.#isAsking || report) return;
    this.#isAsking = true;
    while (this.element.checkVisibility() || this.element.parentElement?.checkVisibility()) {
      if (!document.hidden) await this.attempt(() => this.#load());
      await new Promise((done) => setTimeout(done, pause));
    }
    this.#isAsking = false;
  }

  async #load() {
    /** @type {{findings: Finding[]}} */
    const { findings } = await ask(`/findings/elsewhere?since=24h&limit=${most}`);
    const shown = JSON.stringify(findings);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const number = findings.length < most ? count(findings.length) : `${count(most)}+`;
    const errors = findings.some(({ severity }) => severity === "error");
    this.element.hidden = findings.length === 0;
    this.element.classList.toggle("error", errors);
    this.#summary.textContent = `⚠ ${number} ${
      findings.length === 1 ? "finding" : "findings"
    } beside the operations, in the last 24 hours`;
    fill(this.#list, ...findings.reverse().map((finding) => this.#article(finding)));
  }

  /** @param {Finding} finding */
  #article(finding) {
    const { atMicros, origin, pushId } = finding;
    return findingArticle(finding, [
      atMicros && `${clock(atMicros, this.utc)} `,
      origin && `${origin} `,
      pushId && `push ${pushId} `,
    ]);
  }
}
