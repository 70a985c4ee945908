// @ts-check
/** Lanes of services and origins over time: densities from afar, events and instances when near. */

/** @import { Gap, OffEvent, ServiceStatus, View } from "./types.d.ts" */
/** @import { Lane } from "./timeline-lanes.js" */
/** @import { Scene } from "./timeline-draw.js" */

import { fill, h } from "./dom.js";
import { emptyState } from "./empty.js";
import { TimelineBar } from "./timeline-bar.js";
import { spoken, TimelineCard } from "./timeline-card.js";
import { laneOf, TimelineChoice } from "./timeline-choice.js";
import { TimelineData } from "./timeline-data.js";
import { act } from "./timeline-keys.js";
import { keyOf, lanes } from "./timeline-lanes.js";
import { handle, handleOverview } from "./timeline-pointer.js";
import { Scale, written } from "./timeline-scale.js";
import { isLive, scene } from "./timeline-scene.js";
import { TimelineSheet } from "./timeline-sheet.js";
import { addressOf, brushOf, TimelineWindow } from "./timeline-window.js";

export class OffTimeline extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {Gap[]} */
  gaps = [];
  /** @type {OffEvent | null} */
  selected = null;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** Changes the address in its place. @type {(change: Partial<View>) => void} */
  look = () => {};
  /** @type {(event: OffEvent | null) => void} */
  select = () => {};
  /** @type {(work: () => Promise<void>) => Promise<void>} */
  attempt = (work) => work();

  /** @type {Lane[]} */
  #lanes = [];
  /** @type {[number, number] | null} */
  #brushing = null;
  /** @type {{x: number, y: number} | null} */
  #pointer = null;
  #isPainting = false;
  /** Somebody has moved the window, and is not told yet where to. */
  #isAsked = false;

  #data = new TimelineData(() => this.#changed(), (work) => this.attempt(work));
  #window = new TimelineWindow(() => this.#moved(), (change) => this.look(change));
  #choice = new TimelineChoice(
    this.#data,
    (event) => this.#choose(event),
    (work) => this.attempt(work),
  );
  #bar = new TimelineBar(this);
  #sheet = new TimelineSheet(this, (lane) => this.selectNear(lane), () => this.#paint());
  #card = new TimelineCard();
  #empty = h("div", { class: "empty", hidden: true });
  #said = h("div", { class: "visually-hidden", "aria-live": "polite" });

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Timeline");
    fill(
      this,
      this.#bar.element,
      h("div", { class: "corner" }, "All time"),
      this.#sheet.overview,
      h("div", { class: "corner" }, "Shown"),
      this.#sheet.ruler,
      this.#sheet.scroller,
      this.#bar.legend,
      this.#card.element,
      this.#empty,
      this.#said,
    );
    this.#listen();
    new ResizeObserver(() => this.#paint()).observe(this);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    setInterval(() => this.#window.isMoving && this.#paint(), isCalm ? 2000 : 250);
  }

  #listen() {
    /** @type {import("./timeline-pointer.js").Hands} */
    const hands = {
      scale: () => this.scale,
      look: (scale) => this.lookAt(scale),
      scroll: (pixels) => this.#sheet.scroller.scrollTop += pixels,
      brush: (range, isDone) => this.#brush(range, isDone),
      click: (x, y) => {
        const found = this.#sheet.hit(this.#scene(), { x, y });
        if (found) this.#choice.inTurn(() => this.#choice.at(found));
      },
      hover: (x, y) => {
        this.#pointer = x == null ? null : { x, y };
        this.#paint();
      },
    };
    handle(this.#sheet.canvas, hands, false);
    handle(this.#sheet.ruler, { ...hands, hover: (x) => hands.hover(x, -1) }, true);
    const all = () => this.#data.whole && this.#window.all;
    handleOverview(this.#sheet.overview, { ...hands, overview: all });
    this.addEventListener("focusin", () => this.#paint());
    this.addEventListener("focusout", () => this.#paint());
  }

  render() {
    const { view } = this;
    this.hidden = !view?.timeline;
    if (!view?.timeline) return;
    this.#window.isLive = isLive(this.statuses);
    this.#window.show(view);
    this.#data.select(view);
    this.#paint();
  }

  /** New events, or fewer. */
  stale() {
    this.#data.stale();
    if (this.view?.timeline) this.#data.renew();
  }

  get scale() {
    return this.#window.scale;
  }

  // What the person does

  /** @param {Scale} scale */
  lookAt(scale) {
    this.#window.lookAt(scale);
  }

  fit() {
    this.#isAsked = true;
    this.#window.fit();
  }

  followNow() {
    this.#isAsked = true;
    this.#window.followNow();
  }

  #moved() {
    this.#isAsked = true;
    this.#paint();
  }

  /** The time that is seen becomes the filter's. */
  brushSeen() {
    const { from, to } = this.scale;
    this.#brush([from, to], true);
  }

  clearBrush() {
    this.#brush(null, true);
  }

  /**
   * @param {[number, number] | null} range
   * @param {boolean} isDone
   */
  #brush(range, isDone) {
    this.#brushing = isDone ? null : range;
    const { view } = this, isNothing = !range && view?.since == null && view?.until == null;
    if (!isDone || isNothing) return this.#paint();
    // The filter must not move the window.
    const { from, to } = view?.from == null ? addressOf(this.scale, false) : view;
    this.go({
      ...(range ? { ...written(range), from, to } : { since: null, until: null }),
      selected: this.selected?.id ?? null,
    });
  }

  showInTable() {
    this.go({ timeline: false });
  }

  /** @type {Lane | undefined} the one that the keys are for */
  get lane() {
    const { focused } = this.#sheet.names;
    return this.#lanes.find(({ key }) => key === focused) ??
      (this.selected && laneOf(this.#lanes, this.selected)) ?? this.#lanes[0];
  }

  /** @param {number} step to the next or the previous event of the lane */
  step(step) {
    this.#choice.inTurn(async () => {
      const { selected } = this;
      const { focused } = this.#sheet.names;
      const isOfLane = selected && (focused ?? keyOf(selected)) === keyOf(selected);
      if (isOfLane) return await this.#choice.beside(laneOf(this.#lanes, selected), selected, step);
      if (this.lane) await this.#choice.near(this.lane, this.#middle);
    });
  }

  /** @param {Lane} lane whose event next to the middle is selected */
  selectNear(lane) {
    this.#choice.inTurn(() => this.#choice.near(lane, this.#middle));
  }

  get #middle() {
    return (this.scale.from + this.scale.to) / 2;
  }

  /** @param {OffEvent} event */
  #choose(event) {
    // The next key may come before the page is rendered.
    this.selected = event;
    this.select(event);
    const lane = laneOf(this.#lanes, event);
    if (lane) this.#sheet.reveal(lane);
    this.#said.textContent = `Selected: ${spoken(event, this.view?.utc ?? false)}`;
    const { scale } = this, { timestampMicros: at } = event;
    if (scale.from <= at && at <= scale.to) return;
    this.lookAt(new Scale(at - scale.span / 2, at + scale.span / 2, scale.width));
    this.#isAsked = false;
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key is taken
   */
  press(event) {
    return act(this, event);
  }

  /** @param {number} step */
  focusLane(step) {
    this.#sheet.focus(this.#lanes, step);
  }

  // Painting

  #changed() {
    this.#window.whole = this.#data.whole;
    this.#lanes = lanes(this.#data);
    this.#paint();
  }

  #paint() {
    if (this.#isPainting || this.hidden) return;
    this.#isPainting = true;
    requestAnimationFrame(() => {
      this.#isPainting = false;
      if (this.view?.timeline && this.isConnected) this.#render(this.view);
    });
  }

  /** @returns {Scene} */
  #scene() {
    const view = /** @type {View} */ (this.view);
    return scene(this, this.#data, view, {
      scale: this.scale,
      lanes: this.#lanes,
      brush: this.#brushing ?? brushOf(view),
      lane: this.#sheet.names.focused,
      pointer: this.#pointer?.x ?? null,
      room: this.#sheet.room,
    });
  }

  /** @param {View} view */
  #render(view) {
    this.#sheet.lay(this.#lanes);
    this.#window.width = this.#sheet.canvas.clientWidth;
    const now = this.#scene();
    this.#data.want(now.scale);
    this.#sheet.draw(now, this.#data.whole, this.#window.all);
    const text = this.#bar.render(now, this.#data, view, this.#window.isMoving);
    this.#sheet.canvas.setAttribute("aria-label", text);
    this.#say(text);
    const found = this.#pointer && this.#sheet.hit(now, this.#pointer);
    this.#card.show(this.#sheet.canvas, this.#pointer, found, now);
    this.#showEmpty(view);
  }

  /**
   * What a person asked for is read aloud once it is there; what comes by itself is not.
   *
   * @param {string} text
   */
  #say(text) {
    if (!this.#isAsked || !this.#window.isSettled || !this.#data.isUpToDate) return;
    this.#isAsked = false;
    this.#said.textContent = text;
  }

  /** @param {View} view */
  #showEmpty(view) {
    const isEmpty = this.#data.whole != null && this.#lanes.length === 0;
    this.classList.toggle("is-empty", isEmpty);
    if (isEmpty === this.#empty.hidden) {
      fill(this.#empty, ...isEmpty ? emptyState(view, this.statuses, this.go) : []);
    }
    this.#empty.hidden = !isEmpty;
  }
}
