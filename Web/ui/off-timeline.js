// @ts-check
/** Lanes of services and origins over time: densities from afar, events and instances when near. */

/** @import { Gap, OffEvent, ServiceStatus, View } from "./types.d.ts" */
/** @import { Hit, Lane } from "./timeline-lanes.js" */
/** @import { Palette } from "./timeline-palette.js" */
/** @import { Scene } from "./timeline-draw.js" */

import { fill, h } from "./dom.js";
import { emptyState } from "./empty.js";
import { isSource } from "./filter.js";
import { isRecorded } from "./off-nav.js";
import { TimelineBar } from "./timeline-bar.js";
import { card, spoken } from "./timeline-card.js";
import { TimelineData } from "./timeline-data.js";
import { drawLanes } from "./timeline-draw.js";
import { drawOverview, drawRuler } from "./timeline-frame.js";
import { act } from "./timeline-keys.js";
import { eventsOf, hit, laneKey, lanes, trackHeight } from "./timeline-lanes.js";
import { LaneNames } from "./timeline-names.js";
import { palette } from "./timeline-palette.js";
import { handle, handleOverview } from "./timeline-pointer.js";
import { Scale, written } from "./timeline-scale.js";
import { addressOf, brushOf, last, windowOf } from "./timeline-window.js";

/** So narrow, a lane's name stands above its track, in pixels. */
const narrow = 620;
const roomForName = 18;
/** The address is written once the window rests, in milliseconds. */
const rest = 250;

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
  /** A window that is not written into the address yet. @type {Scale | null} */
  #held = null;
  /** What the address said when it was last looked at. */
  #address = "";
  /** @type {number | undefined} */
  #writing;
  /** @type {[number, number] | null} */
  #brushing = null;
  /** @type {{x: number, y: number} | null} */
  #pointer = null;
  /** @type {Palette | null} */
  #palette = null;
  #isPainting = false;
  #isAsked = false;
  #width = 0;

  #data = new TimelineData(() => this.#changed(), (work) => this.attempt(work));
  #bar = new TimelineBar(this);
  #names = new LaneNames((lane) => this.selectNear(lane));
  #overview = h("canvas", { class: "overview", "aria-hidden": "true" });
  #ruler = h("canvas", { class: "ruler", "aria-hidden": "true" });
  #canvas = h("canvas", { class: "tracks", role: "img" });
  #inner = h("div", { class: "inner" }, this.#names.element, this.#canvas);
  #scroller = h("div", {
    class: "scroller",
    tabindex: "-1",
    onscroll: () => this.#paint(),
  }, this.#inner);
  #card = h("div", { class: "card", role: "tooltip", hidden: true });
  #empty = h("div", { class: "empty", hidden: true });
  #said = h("div", { class: "visually-hidden", "aria-live": "polite" });

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Timeline");
    fill(
      this,
      this.#bar.element,
      h("div", { class: "corner" }, "All time"),
      this.#overview,
      h("div", { class: "corner" }, "Shown"),
      this.#ruler,
      this.#scroller,
      this.#bar.legend,
      this.#card,
      this.#empty,
      this.#said,
    );
    const hands = {
      scale: () => this.scale,
      look: (/** @type {Scale} */ scale) => this.lookAt(scale),
      scroll: (/** @type {number} */ by) => this.#scroller.scrollTop += by,
      brush: (/** @type {[number, number] | null} */ range, /** @type {boolean} */ isDone) =>
        this.#brush(range, isDone),
      click: (/** @type {number} */ x, /** @type {number} */ y) => this.#click(x, y),
      hover: (/** @type {number | null} */ x, /** @type {number} */ y) => this.#hover(x, y),
    };
    handle(this.#canvas, hands, false);
    handle(this.#ruler, { ...hands, hover: (x) => this.#hover(x, -1) }, true);
    handleOverview(this.#overview, { ...hands, overview: () => this.#whole });
    new ResizeObserver(() => this.#paint()).observe(this);
    this.addEventListener("focusin", () => this.#paint());
    this.addEventListener("focusout", () => this.#paint());
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => {
        this.#palette = null;
        this.#paint();
      });
    }
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    setInterval(() => this.isMoving && this.#paint(), isCalm ? 2000 : 250);
  }

  render() {
    const view = this.view;
    this.hidden = !view?.timeline;
    if (!view?.timeline) return;
    const address = `${view.from} ${view.to}`;
    if (address !== this.#address) this.#held = null;
    this.#address = address;
    this.#data.select(view);
    this.#paint();
  }

  /** New events, or fewer. */
  stale() {
    if (this.view?.timeline) this.#data.stale();
  }

  // What is seen

  get scale() {
    if (this.#held) return this.#held.resized(this.#width);
    const view = /** @type {View} */ (this.view);
    return windowOf(view, this.#data.whole, this.#isLive, this.#width);
  }

  get #whole() {
    const { whole } = this.#data;
    const view = /** @type {View} */ (this.view);
    const all = { ...view, from: null, to: null, since: null, until: null };
    return whole && windowOf(all, whole, this.#isLive, this.#width);
  }

  get #isLive() {
    return this.statuses.some(isRecorded);
  }

  /** Whether the window goes on with the time. */
  get isMoving() {
    return this.view?.timeline === true && !this.#held && this.#isLive && this.view.to == null &&
      (this.view.from != null || this.view.until == null);
  }

  get lanes() {
    return this.#lanes;
  }

  /** @type {Lane | undefined} the one that the keys are for */
  get lane() {
    return this.#names.focused ?? (this.selected ? this.#laneOf(this.selected) : undefined) ??
      this.#lanes[0];
  }

  /** @param {OffEvent} event */
  #laneOf({ service, origin }) {
    return this.#lanes.find(({ key }) => key === laneKey(service, origin));
  }

  // What the person does

  /** @param {Scale} scale */
  lookAt(scale) {
    this.#held = scale;
    this.#isAsked = true;
    this.#paint();
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => {
      if (!this.#held) return;
      const address = addressOf(this.#held, this.#isLive);
      if (address.to == null) this.#held = null;
      this.#address = `${address.from} ${address.to}`;
      this.look(address);
    }, rest);
  }

  fit() {
    this.#forget();
    this.look({ from: null, to: null });
  }

  followNow() {
    const { span } = this.scale;
    this.#forget();
    this.look({ from: last(span), to: null });
  }

  #forget() {
    clearTimeout(this.#writing);
    this.#held = null;
    this.#isAsked = true;
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
    if (!isDone) return this.#paint();
    const { view } = this;
    if (!range && view?.since == null && view?.until == null) return this.#paint();
    // The filter must not move the window.
    const { from, to } = view?.from == null ? addressOf(this.scale, false) : view;
    this.go({
      ...(range ? written(range) : { since: null, until: null }),
      selected: this.selected?.id ?? null,
      ...(range ? { from, to } : {}),
    });
  }

  showInTable() {
    this.go({ timeline: false });
  }

  /** @param {number} step to the next or the previous event of the lane */
  step(step) {
    const { lane, selected } = this;
    if (!lane) return;
    const at = selected && this.#laneOf(selected) === lane ? selected : null;
    if (!at) return this.selectNear(lane);
    const near = eventsOf(lane);
    const index = near.findIndex(({ id }) => id === at.id);
    const next = index < 0 ? undefined : near[index + step];
    if (next) return this.#choose(next);
    this.attempt(async () => {
      this.#choose(await this.#data.nextTo(lane, at.timestampMicros + step, step));
    });
  }

  /** @param {Lane} lane whose event next to the middle is selected */
  selectNear(lane) {
    const middle = Math.round((this.scale.from + this.scale.to) / 2);
    const distance = (/** @type {OffEvent | null | undefined} */ event) =>
      event ? Math.abs(event.timestampMicros - middle) : Infinity;
    const known = eventsOf(lane).reduce(
      (best, event) => distance(event) < distance(best) ? event : best,
      /** @type {OffEvent | null} */ (null),
    );
    if (known) return this.#choose(known);
    this.attempt(async () => {
      const after = await this.#data.nextTo(lane, middle, 1);
      const before = await this.#data.nextTo(lane, middle, -1);
      this.#choose(distance(after) <= distance(before) ? after : before);
    });
  }

  /** @param {OffEvent | null} event */
  #choose(event) {
    if (!event) return;
    this.select(event);
    this.#said.textContent = `Selected: ${spoken(event, this.view?.utc ?? false)}`;
    const { scale } = this;
    const { timestampMicros: at } = event;
    if (scale.from <= at && at <= scale.to) return;
    this.lookAt(new Scale(at - scale.span / 2, at + scale.span / 2, scale.width));
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
    this.#names.focus(step);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {Hit | null}
   */
  #hit(x, y) {
    const size = trackHeight + this.#room;
    const place = y + this.#scroller.scrollTop;
    const lane = y < 0 ? undefined : this.#lanes[Math.floor(place / size)];
    if (!lane) return null;
    return hit(lane, x, place % size - this.#room, this.scale, this.#bucketMicros);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #click(x, y) {
    const found = this.#hit(x, y);
    if (!found) return;
    const { lane, event, item, bucket } = found;
    if (event) return this.#choose(event);
    const at = item?.from ?? bucket?.startMicros;
    if (at == null) return;
    this.attempt(async () => this.#choose(await this.#data.nextTo(lane, at, 1)));
  }

  /**
   * @param {number | null} x
   * @param {number} y
   */
  #hover(x, y) {
    this.#pointer = x == null ? null : { x, y };
    this.#paint();
  }

  // Painting

  get #room() {
    return this.clientWidth < narrow ? roomForName : 0;
  }

  get #bucketMicros() {
    return this.#data.far?.widthMicros ?? 1;
  }

  #changed() {
    this.#lanes = lanes(this.#data);
    this.#paint();
  }

  #paint() {
    if (this.#isPainting || this.hidden) return;
    this.#isPainting = true;
    requestAnimationFrame(() => {
      this.#isPainting = false;
      if (this.view?.timeline && this.isConnected) this.#render();
    });
  }

  #render() {
    const view = /** @type {View} */ (this.view);
    this.classList.toggle("is-narrow", this.#room > 0);
    const size = trackHeight + this.#room;
    this.#inner.style.height = `${this.#lanes.length * size}px`;
    this.#width = this.#canvas.clientWidth;
    const bar = this.#scroller.offsetWidth - this.#scroller.clientWidth;
    this.style.setProperty("--tl-bar", `${bar}px`);
    const height = this.#scroller.clientHeight;
    this.#canvas.style.height = `${height}px`;
    const ratio = devicePixelRatio;
    this.#palette ??= palette(this, ratio);
    const scene = this.#scene(view);
    this.#data.want(scene.scale);
    this.#names.render(this.#lanes, size);
    const top = this.#scroller.scrollTop;
    const colors = this.#palette;
    on(this.#canvas, this.#width, height, (context) => {
      drawLanes(context, colors, scene, top, height);
    });
    on(this.#ruler, this.#width, this.#ruler.clientHeight, (context) => {
      drawRuler(context, colors, scene, this.#ruler.clientHeight);
    });
    const whole = this.#whole ?? scene.scale;
    on(this.#overview, this.#width, this.#overview.clientHeight, (context) => {
      const { clientHeight } = this.#overview;
      drawOverview(context, colors, this.#data.whole, whole, scene, clientHeight);
    });
    this.#tell(scene, view);
    this.#showCard(scene, view);
    this.#showEmpty(view);
  }

  /**
   * @param {View} view
   * @returns {Scene}
   */
  #scene(view) {
    const { scale } = this;
    const mine = this.statuses.filter((
      { source },
    ) => (!view.source || isSource(source, view.source)));
    const leases = new Map();
    for (const { service, lease } of mine.filter(isRecorded)) {
      const end = lease?.expiresMicros ?? 0;
      leases.set(service, Math.min(end, leases.get(service) ?? end));
    }
    return {
      scale,
      lanes: this.#lanes,
      bucketMicros: this.#bucketMicros,
      mostEvents: this.#data.far?.buckets.reduce((most, { events }) => Math.max(most, events), 1) ??
        1,
      gaps: this.gaps.filter(({ source }) => (!view.source || isSource(source, view.source))),
      leases,
      now: Date.now() * 1000,
      brush: this.#brushing ?? brushOf(view),
      selected: this.selected,
      lane: this.#names.focused?.key ?? null,
      pointer: this.#pointer?.x ?? null,
      utc: view.utc,
      room: this.#room,
    };
  }

  /**
   * @param {Scene} scene
   * @param {View} view
   */
  #tell(scene, view) {
    const text = this.#bar.render(scene, this.#data, view, this.isMoving);
    this.#canvas.setAttribute("aria-label", text);
    // What a person asked for is read aloud once it is there; what comes by itself is not.
    if (!this.#isAsked || this.#data.isLoading || this.#held) return;
    this.#isAsked = false;
    this.#said.textContent = text;
  }

  /**
   * @param {Scene} scene
   * @param {View} view
   */
  #showCard(scene, view) {
    const pointer = this.#pointer;
    const found = pointer && this.#hit(pointer.x, pointer.y);
    const at = pointer ? scene.scale.at(pointer.x) : 0;
    const gaps = scene.gaps.filter((gap) =>
      gap.service === found?.lane.service && gap.fromMicros <= at &&
      (gap.toMicros ?? scene.now) >= at
    );
    const content = found && card(found, gaps, this.#bucketMicros, view.utc);
    this.#canvas.classList.toggle("on-something", Boolean(found?.event ?? found?.bucket));
    this.#card.hidden = !content;
    if (!content || !pointer) return;
    fill(this.#card, ...content);
    const box = this.#canvas.getBoundingClientRect(), mine = this.getBoundingClientRect();
    const x = box.left - mine.left + pointer.x, y = box.top - mine.top + pointer.y;
    const { offsetWidth, offsetHeight } = this.#card;
    const left = x + 14 + offsetWidth > mine.width ? x - 14 - offsetWidth : x + 14;
    const top = y + 16 + offsetHeight > mine.height ? y - 12 - offsetHeight : y + 16;
    this.#card.style.transform = `translate(${Math.max(2, left)}px, ${Math.max(2, top)}px)`;
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

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {(context: CanvasRenderingContext2D) => void} draw
 */
function on(canvas, width, height, draw) {
  const ratio = devicePixelRatio;
  const [w, t] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== t) canvas.height = t;
  const context = canvas.getContext("2d");
  if (!context || w === 0 || t === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(context);
}
