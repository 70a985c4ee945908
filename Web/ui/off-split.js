// @ts-check
/** The list and the details, beside or above one another, with a bar between them to be moved. */

import { fill, h } from "./dom.js";
import { remember, remembered } from "./remembered.js";

const place = "offstage.split";
/** In pixels, of the details and of the list. */
const least = 160;
const step = 24;

export class OffSplit extends HTMLElement {
  /** What somebody chose, in pixels, and null until then. */
  #sizes = { width: null, height: null };
  #bar = h("div", {
    class: "bar",
    role: "separator",
    tabindex: "0",
    "aria-label": "Size of the details",
    onpointerdown: (event) => this.#drag(event),
    onkeydown: (event) => this.#press(event),
    ondblclick: () => this.#set(null),
  });

  /**
   * @param {Element} list
   * @param {Element} details
   */
  constructor(list, details) {
    super();
    this.list = list;
    this.details = /** @type {HTMLElement} */ (details);
    this.className = "split";
    Object.assign(this.#sizes, remembered(place));
  }

  connectedCallback() {
    fill(this, this.list, this.#bar, this.details);
    new ResizeObserver(() => this.render()).observe(this);
  }

  render() {
    this.#bar.hidden = this.details.hidden;
    // Nothing to divide, and nothing to be measured.
    if (this.details.hidden) return;
    const size = this.#isBeside ? this.#sizes.width : this.#sizes.height;
    const most = Math.max(least, this.#room - least);
    const value = typeof size === "number" ? Math.min(most, Math.max(least, size)) : null;
    this.style.setProperty("--details", value == null ? "" : `${value}px`);
    this.#bar.setAttribute("aria-orientation", this.#isBeside ? "vertical" : "horizontal");
    this.#bar.setAttribute("aria-valuemin", String(least));
    this.#bar.setAttribute("aria-valuemax", String(Math.round(most)));
    this.#bar.setAttribute("aria-valuenow", String(Math.round(value ?? this.#now)));
  }

  get #isBeside() {
    return getComputedStyle(this).getPropertyValue("--beside").trim() === "1";
  }

  get #room() {
    return this.#isBeside ? this.offsetWidth : this.offsetHeight;
  }

  get #now() {
    return this.#isBeside ? this.details.offsetWidth : this.details.offsetHeight;
  }

  /** @param {number | null} size */
  #set(size) {
    const rounded = size == null ? null : Math.round(size);
    Object.assign(this.#sizes, this.#isBeside ? { width: rounded } : { height: rounded });
    remember(place, this.#sizes);
    this.render();
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const where = (/** @type {PointerEvent} */ { clientX, clientY }) =>
      this.#isBeside ? clientX : clientY;
    const start = where(event);
    const size = this.#now;
    event.preventDefault();
    this.#bar.focus();
    this.#bar.setPointerCapture(event.pointerId);
    this.#bar.onpointermove = (move) => this.#set(size + start - where(move));
    this.#bar.onlostpointercapture = () => this.#bar.onpointermove = null;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const grows = this.#isBeside ? "ArrowLeft" : "ArrowUp";
    const shrinks = this.#isBeside ? "ArrowRight" : "ArrowDown";
    if (event.key !== grows && event.key !== shrinks) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(this.#now + (event.key === grows ? step : -step));
  }
}
