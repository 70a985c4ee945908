// @ts-check
/** What is drawn on: the overview, the ruler, and the lanes with their names, which scroll. */

/** @import { Histogram } from "./types.d.ts" */
/** @import { Hit, Lane } from "./timeline-lanes.js" */
/** @import { Palette } from "./timeline-palette.js" */
/** @import { Scale } from "./timeline-scale.js" */
/** @import { Scene } from "./timeline-draw.js" */

import { h } from "./dom.js";
import { drawOn } from "./timeline-canvas.js";
import { drawLanes } from "./timeline-draw.js";
import { drawOverview, drawRuler } from "./timeline-frame.js";
import { hit, trackHeight } from "./timeline-lanes.js";
import { LaneNames } from "./timeline-names.js";
import { palette } from "./timeline-palette.js";

/** So narrow, a lane's name stands above its track, in pixels. */
const narrow = 520;
const roomForName = 18;
/** So low, only the lanes and the ruler are shown. */
const low = 330;
/** A lane is kept in sight while what opens beside it takes its room, in milliseconds. */
const whileOpening = 400;

export class TimelineSheet {
  overview = h("canvas", { class: "overview", "aria-hidden": "true" });
  ruler = h("canvas", { class: "ruler", "aria-hidden": "true" });
  canvas = h("canvas", { class: "tracks", role: "img" });
  names;
  #inner;
  scroller;
  /** @type {Palette | null} */
  #palette = null;
  /** @type {{lane: Lane, until: number} | null} */
  #revealed = null;

  /**
   * @param {HTMLElement} parent
   * @param {(lane: Lane) => void} select
   * @param {() => void} changed
   */
  constructor(parent, select, changed) {
    this.parent = parent;
    this.names = new LaneNames(select);
    this.#inner = h("div", { class: "inner" }, this.names.element, this.canvas);
    this.scroller = h("div", { class: "scroller", tabindex: "-1", onscroll: changed }, this.#inner);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => {
        this.#palette = null;
        changed();
      });
    }
  }

  /** Above each track, for its name. */
  get room() {
    return this.parent.clientWidth < narrow ? roomForName : 0;
  }

  get #laneHeight() {
    return trackHeight + this.room;
  }

  /**
   * Gives everything its place.
   *
   * @param {Lane[]} lanes
   */
  lay(lanes) {
    this.parent.classList.toggle("is-narrow", this.room > 0);
    this.parent.classList.toggle("is-low", this.parent.clientHeight < low);
    this.#inner.style.height = `${lanes.length * this.#laneHeight}px`;
    this.canvas.style.height = `${this.scroller.clientHeight}px`;
    const bar = this.scroller.offsetWidth - this.scroller.clientWidth;
    this.parent.style.setProperty("--tl-bar", `${bar}px`);
    this.#keepInSight(lanes);
    this.#renderNames(lanes);
  }

  /** @param {Lane[]} lanes */
  #renderNames(lanes) {
    const { scrollTop, clientHeight } = this.scroller;
    this.names.render(lanes, this.#laneHeight, scrollTop, scrollTop + clientHeight);
  }

  /** @param {Lane[]} lanes */
  #keepInSight(lanes) {
    const revealed = this.#revealed;
    if (!revealed) return;
    if (performance.now() > revealed.until) this.#revealed = null;
    this.#scrollTo(lanes.findIndex(({ key }) => key === revealed.lane.key));
  }

  /**
   * @param {Lane[]} lanes
   * @param {number} step from the lane that has the focus
   */
  focus(lanes, step) {
    const { focused } = this.names;
    const index = focused ? lanes.findIndex(({ key }) => key === focused) + step : 0;
    const lane = lanes[Math.max(0, Math.min(lanes.length - 1, index))];
    if (!lane) return;
    this.#scrollTo(lanes.indexOf(lane));
    this.#renderNames(lanes);
    this.names.focus(lane);
  }

  /** @param {Lane} lane */
  reveal(lane) {
    this.#revealed = { lane, until: performance.now() + whileOpening };
  }

  /** @param {number} index */
  #scrollTo(index) {
    const { scrollTop, clientHeight } = this.scroller;
    const top = index * this.#laneHeight;
    if (top < scrollTop) this.scroller.scrollTop = top;
    const bottom = top + this.#laneHeight - clientHeight;
    if (bottom > scrollTop) this.scroller.scrollTop = bottom;
  }

  /**
   * @param {Scene} scene
   * @param {Histogram | null} whole
   * @param {Scale} all
   */
  draw(scene, whole, all) {
    const { width } = scene.scale;
    const colors = this.#palette ??= palette(this.parent, devicePixelRatio);
    const { scrollTop, clientHeight } = this.scroller;
    drawOn(this.canvas, width, clientHeight, (context) => {
      drawLanes(context, colors, scene, scrollTop, clientHeight);
    });
    const { clientHeight: rulerHeight } = this.ruler;
    drawOn(this.ruler, width, rulerHeight, (context) => {
      drawRuler(context, colors, scene, rulerHeight);
    });
    const { clientHeight: overviewHeight } = this.overview;
    drawOn(this.overview, width, overviewHeight, (context) => {
      drawOverview(context, colors, whole, all, scene, overviewHeight);
    });
  }

  /**
   * @param {Scene} scene
   * @param {{x: number, y: number}} place on the lanes' canvas
   * @returns {Hit | null}
   */
  hit({ lanes, scale, bucketMicros }, { x, y }) {
    const place = y + this.scroller.scrollTop;
    const lane = y < 0 ? undefined : lanes[Math.floor(place / this.#laneHeight)];
    return lane ? hit(lane, x, place % this.#laneHeight - this.room, scale, bucketMicros) : null;
  }
}
