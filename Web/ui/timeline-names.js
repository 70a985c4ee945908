// @ts-check
/** The names of the Timeline's lanes, for eyes, keys and screen readers. */

/** @import { Lane } from "./timeline-lanes.js" */

import { h } from "./dom.js";
import { count } from "./format.js";
import { service } from "./services.js";
import { events, laneName } from "./timeline-card.js";

/** Names beyond both ends of what is seen, so that Tab finds the next one. */
const overscan = 3;

/** Only the names that are seen are elements: pages may have any number of origins. */
export class LaneNames {
  element = h("ol", { class: "names", "aria-label": "Lanes" });
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();
  /** @type {Lane[]} */
  #lanes = [];

  /** @param {(lane: Lane) => void} select */
  constructor(select) {
    this.select = select;
  }

  /** The key of the lane that has the focus. */
  get focused() {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement ? activeElement.dataset.lane ?? null : null;
  }

  /** @param {Lane} lane one that is seen */
  focus({ key }) {
    this.#items.get(key)?.querySelector("button")?.focus({ preventScroll: true });
  }

  /**
   * @param {Lane[]} lanes
   * @param {number} height of each
   * @param {number} top of what is seen
   * @param {number} bottom
   */
  render(lanes, height, top, bottom) {
    this.#lanes = lanes;
    const { focused } = this;
    const first = Math.floor(top / height) - overscan;
    const last = Math.ceil(bottom / height) + overscan;
    const shown = [...lanes.entries()]
      .filter(([index, lane]) => lane.key === focused || first <= index && index < last);
    const keys = new Set(shown.map(([, { key }]) => key));
    for (const [key, item] of this.#items) {
      if (keys.has(key)) continue;
      item.remove();
      this.#items.delete(key);
    }
    // What stays is not moved: it would lose the focus.
    shown.forEach(([index, lane], place) => {
      const item = this.#items.get(lane.key) ?? h("li", {}, this.#button(lane));
      this.#items.set(lane.key, item);
      const other = this.element.children[place];
      if (other !== item) this.element.insertBefore(item, other ?? null);
      item.style.transform = `translateY(${index * height}px)`;
      item.ariaSetSize = String(lanes.length);
      item.ariaPosInSet = String(index + 1);
      this.#update(/** @type {HTMLButtonElement} */ (item.firstElementChild), lane);
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
    button.classList.toggle("has-none", lane.events === 0);
    const [, , sum, failures] = button.children;
    sum.textContent = count(lane.events);
    failures.textContent = lane.failed > 0 ? `✕ ${count(lane.failed)}` : "";
  }
}
