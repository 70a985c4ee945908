// @ts-check
/** Which operations are shown: by service and state. What else narrows them stands in the toolbar. */

/** @import { View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { service, services } from "./services.js";
import { open, signs, stateWord } from "./states.js";

/** What is asked for most; the others are in the menu, and here once they are chosen. */
const usual = [open, "failed", "retrying", "unfinished", "simulated"];

export class OperationBar {
  /** @type {View | null} */
  #view = null;
  /** @type {string | null} */
  #shown = null;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};

  #service = h(
    "select",
    {
      "aria-label": "Service",
      onchange: () => this.go({ service: service(this.#service.value)?.name ?? null }),
    },
    h("option", { value: "" }, "all services"),
    ...services.map(({ short, title }) => h("option", { value: short }, title)),
  );
  #chips = h("div", { class: "chips", role: "group", "aria-label": "States" });
  #more = h("select", {
    "aria-label": "Another state",
    onchange: () => this.#toggle(this.#more.value),
  });
  element = h("div", { class: "bar" }, this.#service, this.#chips, this.#more);

  /** @param {View} view */
  render(view) {
    this.#view = view;
    const short = service(view.service)?.short ?? "";
    if (this.#service.value !== short) this.#service.value = short;
    const state = view.states.join();
    // Built anew only for another choice, so that a chip keeps the focus.
    if (this.#shown === state) return;
    this.#shown = state;
    const focused = document.activeElement?.getAttribute("data-state");
    const chips = [...usual, ...view.states.filter((state) => !usual.includes(state))];
    fill(this.#chips, ...chips.map((state) => this.#chip(state, view)));
    const others = Object.keys(signs).filter((state) => !chips.includes(state));
    fill(
      this.#more,
      h("option", { value: "" }, "other state …"),
      ...others.map((state) => h("option", { value: state }, stateWord(state))),
    );
    const again = focused && this.#chips.querySelector(`[data-state="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {string} state
   * @param {View} view
   */
  #chip(state, view) {
    const sign = signs[state];
    return h(
      "button",
      {
        class: "chip",
        "data-state": state,
        "aria-pressed": String(view.states.includes(state)),
        onclick: () => this.#toggle(state),
      },
      sign && h("span", { "aria-hidden": "true" }, `${sign} `),
      stateWord(state),
    );
  }

  /** @param {string} state */
  #toggle(state) {
    const chosen = this.#view?.states ?? [];
    if (!state) return;
    this.go({
      states: chosen.includes(state)
        ? chosen.filter((other) => other !== state)
        : [...chosen, state],
    });
  }
}
