// @ts-check
/** The names of the Timeline's lanes, for eyes, keys and screen readers. */

/** @import { Lane } from "./timeline-lanes.js" */

import { fill, h } from "./dom.js";
import { count } from "./format.js";
import { service } from "./services.js";
import { events, laneName } from "./timeline-card.js";

export class LaneNames {
  element = h("ol", { class: "names", "aria-label": "Lanes" });
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  /** @type {Lane[]} */
  #lanes = [];
  #order = "";

  /** @param {(lane: Lane) => void} select */
  constructor(select) {
    this.select = select;
  }

  /** @returns {Lane | undefined} */
  get focused() {
    const key = document.activeElement instanceof HTMLElement
      ? document.activeElement.dataset.lane
      : undefined;
    return key == null ? undefined : this.#lanes.find((lane) => lane.key === key);
  }

  /** @param {number} step */
  focus(step) {
    const { focused } = this;
    const index = focused ? this.#lanes.indexOf(focused) + step : 0;
    const lane = this.#lanes[Math.max(0, Math.min(this.#lanes.length - 1, index))];
    if (lane) this.#buttons.get(lane.key)?.focus();
  }

  /**
   * @param {Lane[]} lanes
   * @param {number} height
   */
  render(lanes, height) {
    this.#lanes = lanes;
    const order = lanes.map(({ key }) => key).join("\n");
    if (order !== this.#order) {
      this.#order = order;
      const buttons = new Map(
        lanes.map((lane) => [lane.key, this.#buttons.get(lane.key) ?? this.#button(lane)]),
      );
      this.#buttons = buttons;
      fill(this.element, ...lanes.map(({ key }) => h("li", {}, buttons.get(key))));
    }
    lanes.forEach((lane, index) => {
      const button = this.#buttons.get(lane.key);
      if (!button) return;
      const item = button.parentElement;
      if (item) item.style.transform = `translateY(${index * height}px)`;
      this.#update(button, lane);
    });
  }

  /** @param {Lane} lane */
  #button(lane) {
    return h(
      "button",
      {
        class: `lane ${lane.service}`,
        "data-lane": lane.key,
        onclick: () => {
          const now = this.#lanes.find(({ key }) => key === lane.key);
          if (now) this.select(now);
        },
      },
      h("span", { class: "service" }, service(lane.service)?.title ?? lane.service),
      h("span", { class: "origin" }, lane.origin.replace(/^https?:\/\//, "")),
      h("span", { class: "count" }),
      h("span", { class: "failed" }),
    );
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Lane} lane
   */
  #update(button, lane) {
    const failed = lane.failed > 0 ? `, ${count(lane.failed)} failed` : "";
    const name = `${laneName(lane)}: ${events(lane.events)} in view${failed}`;
    if (button.ariaLabel === name) return;
    button.ariaLabel = name;
    button.title = `${name}. Press for the event next to the middle.`;
    const [, , sum, failures] = button.children;
    sum.textContent = count(lane.events);
    failures.textContent = lane.failed > 0 ? `✕ ${count(lane.failed)}` : "";
  }
}
