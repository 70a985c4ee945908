// @ts-check
/** The events as rows. Only those on the screen are elements. */

/** @import { OffEvent, Row, View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { clock, day, fraction, length } from "./format.js";
import { service } from "./services.js";

const rowHeight = 24;
const overscan = 12;

/** @type {{name: string, title: string, hint?: string}[]} */
const columns = [
  { name: "number", title: "#" },
  { name: "time", title: "Time" },
  { name: "delta", title: "Δ", hint: "since the event before" },
  { name: "service", title: "Service" },
  { name: "event", title: "Event" },
  { name: "instance", title: "Instance" },
  { name: "details", title: "Details" },
  { name: "origin", title: "Origin" },
  { name: "scope", title: "Scope", hint: "of the service worker" },
  { name: "source", title: "Source" },
];

export class OffTable extends HTMLElement {
  /** @type {Row[]} */
  rows = [];
  /** @type {View | null} */
  view = null;
  hasMore = false;
  /** @type {(event: OffEvent | null) => void} */
  select = () => {};
  /** @type {() => void} */
  needMore = () => {};
  /** @type {(isAtStart: boolean) => void} */
  scrolled = () => {};

  connectedCallback() {
    this.spacer = h("div", { class: "spacer", role: "presentation" });
    this.body = h("div", { class: "rows", role: "rowgroup" });
    this.spacer.append(this.body);
    this.scroller = h(
      "div",
      { class: "scroller", tabindex: "-1", onscroll: () => this.#paint() },
      this.spacer,
    );
    this.head = h(
      "div",
      { class: "head row", role: "row" },
      ...columns.map(({ name, title, hint }) =>
        h("div", { class: `cell ${name}`, role: "columnheader", title: hint }, title)
      ),
    );
    this.setAttribute("role", "grid");
    this.setAttribute("aria-label", "Events");
    this.tabIndex = 0;
    fill(this, this.head, this.scroller);
    new ResizeObserver(() => this.#paint()).observe(this.scroller);
  }

  /**
   * @param {number} shift how many rows came above those on the screen
   */
  render(shift = 0) {
    if (!this.scroller || !this.spacer || !this.view) return;
    this.classList.toggle("one-service", this.view.service != null);
    this.setAttribute("aria-rowcount", String(this.hasMore ? -1 : this.rows.length + 1));
    this.spacer.style.height = `${this.rows.length * rowHeight}px`;
    // The rows that somebody reads stay where they are.
    if (shift > 0 && this.scroller.scrollTop > 0) this.scroller.scrollTop += shift * rowHeight;
    this.#paint();
  }

  scrollToStart() {
    this.scroller?.scrollTo({ top: 0 });
  }

  scrollToEnd() {
    this.scroller?.scrollTo({ top: this.scroller.scrollHeight });
  }

  /** @param {number} index */
  reveal(index) {
    const scroller = this.scroller;
    if (!scroller) return;
    const top = index * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + rowHeight - scroller.clientHeight;
    if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
    this.#paint();
  }

  /** How many rows a page of the screen has. */
  get pageRows() {
    return Math.max(1, Math.floor((this.scroller?.clientHeight ?? 0) / rowHeight) - 1);
  }

  #paint() {
    if (!this.scroller || !this.body || !this.view) return;
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
    const last = Math.min(
      this.rows.length,
      Math.ceil((scrollTop + clientHeight) / rowHeight) + overscan,
    );
    this.body.style.transform = `translateY(${first * rowHeight}px)`;
    const elements = [];
    for (let index = first; index < last; index++) elements.push(this.#row(index));
    fill(this.body, ...elements);
    const selected = elements.find((element) => element.classList.contains("selected"));
    if (selected) this.setAttribute("aria-activedescendant", selected.id);
    else this.removeAttribute("aria-activedescendant");
    const end = this.rows.length * rowHeight - clientHeight;
    this.scrolled(this.view.oldestFirst ? scrollTop >= end - 2 : scrollTop <= 2);
    const isNearEnd = this.view.oldestFirst ? scrollTop < 2000 : scrollTop > end - 2000;
    if (this.hasMore && isNearEnd) this.needMore();
  }

  /** @param {number} index */
  #row(index) {
    const row = this.rows[index];
    const attributes = {
      role: "row",
      id: `row-${index}`,
      "aria-rowindex": String(index + 2),
      "aria-selected": "false",
    };
    if (row.kind === "gap") {
      const { gap } = row;
      const end = gap.toMicros == null
        ? "still open"
        : `for ${length(gap.toMicros - gap.fromMicros)}`;
      return h(
        "div",
        { ...attributes, class: "row gap" },
        h("div", { class: "cell number", role: "gridcell" }, "⌇"),
        h("div", { class: "cell time", role: "gridcell" }, clock(gap.fromMicros, this.#utc)),
        h(
          "div",
          { class: "cell sentence", role: "gridcell" },
          `Gap, ${end}: ${service(gap.service)?.title}: ${gap.sentence}`,
        ),
      );
    }
    const { event } = row;
    const isSelected = event.id === this.view?.selected;
    return h(
      "div",
      {
        ...attributes,
        class: ["row", event.outcome, isSelected && "selected"].filter(Boolean).join(" "),
        "aria-selected": String(isSelected),
        "data-id": event.id,
        onclick: () => this.select(event),
      },
      cell("number", String(event.id)),
      h(
        "div",
        {
          class: "cell time",
          role: "gridcell",
          title:
            `${day(event.timestampMicros, this.#utc)} ${
              clock(event.timestampMicros, this.#utc)
            }, ` +
            `.${fraction(event.timestampMicros)} s${this.#utc ? " UTC" : ""}`,
        },
        clock(event.timestampMicros, this.#utc),
      ),
      cell("delta", this.#delta(index, event)),
      cell("service", service(event.service)?.short ?? event.service),
      h(
        "div",
        { class: "cell event", role: "gridcell", title: event.eventName },
        marks[event.outcome ?? "none"] &&
          h("span", { class: "mark" }, marks[event.outcome ?? "none"]),
        event.eventName,
      ),
      cell("instance", event.instanceId),
      cell("details", details(event)),
      cell("origin", event.origin),
      cell("scope", event.scope?.replace(event.origin, "") ?? ""),
      cell("source", event.source.name),
    );
  }

  get #utc() {
    return this.view?.utc ?? false;
  }

  /**
   * @param {number} index
   * @param {OffEvent} event
   */
  #delta(index, event) {
    const step = this.view?.oldestFirst ? -1 : 1;
    for (let other = index + step; other >= 0 && other < this.rows.length; other += step) {
      const row = this.rows[other];
      if (row.kind === "event") return length(event.timestampMicros - row.event.timestampMicros);
    }
    return "";
  }
}

/** Colour is never the only sign. */
const marks = { ok: "✓ ", failed: "✕ ", pending: "", none: "" };

/**
 * @param {string} name
 * @param {string} text
 */
function cell(name, text) {
  return h(
    "div",
    { class: `cell ${name}`, role: "gridcell", title: text.slice(0, 300) },
    text.slice(0, 300),
  );
}

/** @param {OffEvent} event */
function details(event) {
  return event.eventMetadata.map(({ key, value }) => `${key}: ${value.slice(0, 200)}`).join(" · ");
}
