// @ts-check
/** What went wrong, said above the pane until something else is shown. */

import { fill, h } from "./dom.js";
import { Problem } from "./problem.js";

export class Notice {
  element = h("div", { class: "notice", role: "alert", hidden: true });
  /** @type {() => void} the server does not take this page's token */
  refused = () => {};
  /** @type {() => void} */
  unanswered = () => {};

  /** @param {string | null} text */
  say(text) {
    this.element.hidden = text == null;
    fill(this.element, text);
  }

  /** @param {() => Promise<unknown>} work */
  async attempt(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (error instanceof Problem && error.status === 401) return this.refused();
      if (error instanceof Problem) {
        return this.say([error.message, error.hint].filter(Boolean).join(" "));
      }
      // What fetch says when nobody answers.
      if (!(error instanceof TypeError)) throw error;
      this.unanswered();
      this.say("Offstage does not answer; it is asked again.");
    }
  }
}
