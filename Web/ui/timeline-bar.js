// @ts-check
/** What stands above and below the Timeline's lanes: the window in words, buttons, the legend. */

/** @import { View } from "./types.d.ts" */
/** @import { OffTimeline } from "./off-timeline.js" */
/** @import { Scene } from "./timeline-draw.js" */
/** @import { TimelineData } from "./timeline-data.js" */

import { fill, h } from "./dom.js";
import { count, length } from "./format.js";
import { events } from "./timeline-card.js";
import { moment, stretch } from "./timeline-scale.js";

export class TimelineBar {
  #seen = h("span", { class: "seen" });
  #sum = h("span", { class: "quiet" });
  #range = h("span", { class: "range" });
  /** @type {HTMLElement} */
  #brush;
  #now;
  legend = h(
    "ul",
    { class: "legend", "aria-label": "Signs", tabindex: "0" },
    ...[
      ["●", "ok"],
      ["○", "pending"],
      ["✕", "failed"],
      ["▮", "no outcome told"],
      ["▨", "gap: events may be missing"],
      ["┄", "browser records until"],
    ].map(([sign, text]) =>
      h("li", {}, h("span", { class: `sign ${text}`, "aria-hidden": "true" }, sign), text)
    ),
  );

  /** @param {OffTimeline} timeline */
  constructor(timeline) {
    const zoom = (/** @type {number} */ factor) => {
      const { scale } = timeline;
      timeline.lookAt(scale.zoomed(factor, scale.width / 2));
    };
    this.#now = h("button", {
      title: "Follow the present (f)",
      onclick: () => timeline.followNow(),
    }, "Now");
    this.#brush = h(
      "span",
      { class: "brush", hidden: true },
      this.#range,
      h("button", { onclick: () => timeline.showInTable() }, "Show in table"),
      h("button", {
        title: "Clear the marked range (Esc)",
        "aria-label": "Clear the marked range",
        onclick: () => timeline.clearBrush(),
      }, "✕"),
    );
    this.element = h(
      "div",
      { class: "bar" },
      h(
        "div",
        { class: "group" },
        h("button", {
          title: "Zoom out (-)",
          "aria-label": "Zoom out",
          onclick: () => zoom(1.6),
        }, "−"),
        h("button", {
          title: "Zoom in (+)",
          "aria-label": "Zoom in",
          onclick: () => zoom(1 / 1.6),
        }, "+"),
        h("button", { title: "All there is (0)", onclick: () => timeline.fit() }, "Fit"),
        this.#now,
        h("button", {
          title: "The time that is shown becomes the filter's (b)",
          onclick: () => timeline.brushSeen(),
        }, "Mark"),
      ),
      h("span", { class: "words" }, this.#seen, this.#sum),
      this.#brush,
    );
  }

  /**
   * @param {Scene} scene
   * @param {TimelineData} data
   * @param {View} view
   * @param {boolean} isMoving
   * @returns {string} what is seen, in words
   */
  render({ scale, brush, bucketMicros }, data, view, isMoving) {
    const range = stretch(scale.from, scale.to, view.utc);
    // Two ranges stand side by side then.
    const seen = brush ? `Shown: ${range}` : `${range} · ${length(scale.span)}`;
    const failed = data.seen?.failed ? `, ${count(data.seen.failed)} failed` : "";
    const isOfNow = data.isSeen(scale) ? "" : " …";
    const sum = data.seen ? events(data.seen.events) + failed + isOfNow : "";
    const most = data.far && !data.near ? `; a bar is ${length(bucketMicros)}` : "";
    write(this.#seen, seen);
    write(this.#sum, brush ? sum : sum + most);
    this.#now.setAttribute("aria-pressed", String(isMoving));
    this.#brush.hidden = !brush;
    if (brush) write(this.#range, marked(brush, view.utc));
    return `${seen}. ${sum}${most}`;
  }
}

/**
 * @param {[number, number]} range
 * @param {boolean} utc
 */
function marked([from, to], utc) {
  if (!Number.isFinite(from)) return `Marked: until ${moment(to, 0, utc).join(" ")}`;
  if (!Number.isFinite(to)) return `Marked: since ${moment(from, 0, utc).join(" ")}`;
  return `Marked: ${stretch(from, to, utc)}`;
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) fill(element, text);
}
