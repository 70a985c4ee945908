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

  /** @type {Map<string, {element: HTMLElement, shows: string}>} rows on the screen, by their key */
  #elements = new Map();
  #first = 0;

  connectedCallback() {
    this.spacer = h("div", { class: "spacer", role: "presentation" });
    this.body = h("div", { class: "rows", role: "rowgroup" });
    this.spacer.append(this.body);
    this.scroller = h("div", {
      class: "scroller",
      tabindex: "-1",
      onscroll: () => {
        this.#paint();
        this.scrolled(this.#isAtNewest);
      },
    }, this.spacer);
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
   * Shows these rows: at the newest if `isPinned`, else the rows that were on the screen stay there.
   *
   * @param {Row[]} rows
   * @param {boolean} isPinned
   */
  render(rows, isPinned) {
    if (!this.scroller || !this.spacer || !this.view) return;
    const top = this.rows[this.#first];
    const offset = this.scroller.scrollTop - this.#first * rowHeight;
    this.rows = rows;
    this.classList.toggle("one-service", this.view.service != null);
    this.setAttribute("aria-rowcount", String(this.hasMore ? -1 : rows.length + 1));
    this.spacer.style.height = `${rows.length * rowHeight}px`;
    if (isPinned) {
      this.scroller.scrollTop = this.view.oldestFirst ? this.scroller.scrollHeight : 0;
    } else if (top) {
      const index = this.#find(top);
      if (index >= 0 && index !== this.#first) this.scroller.scrollTop = index * rowHeight + offset;
    }
    this.#paint();
  }

  /** @param {Row} row */
  #find(row) {
    const wanted = key(row);
    return this.rows.findIndex((other) => key(other) === wanted);
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

  get #isAtNewest() {
    if (!this.scroller) return true;
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    return this.view?.oldestFirst ? scrollTop >= scrollHeight - clientHeight - 2 : scrollTop <= 2;
  }

  #paint() {
    if (!this.scroller || !this.body || !this.view) return;
    const { scrollTop, clientHeight } = this.scroller;
    this.#first = Math.min(Math.floor(scrollTop / rowHeight), Math.max(0, this.rows.length - 1));
    const first = Math.max(0, this.#first - overscan);
    const last = Math.min(
      this.rows.length,
      Math.ceil((scrollTop + clientHeight) / rowHeight) + overscan,
    );
    this.body.style.transform = `translateY(${first * rowHeight}px)`;
    this.#place(first, last);
    const end = this.rows.length * rowHeight - clientHeight;
    const isNearEnd = this.view.oldestFirst ? scrollTop < 2000 : scrollTop > end - 2000;
    if (this.hasMore && isNearEnd) this.needMore();
  }

  /**
   * Rows that stay are left where they are, so that a click that has begun on one ends on it.
   *
   * @param {number} first
   * @param {number} last
   */
  #place(first, last) {
    const body = /** @type {HTMLElement} */ (this.body);
    const elements = new Map();
    let selected = null;
    for (let index = first; index < last; index++) {
      const row = this.rows[index];
      const name = key(row);
      const delta = row.kind === "event" ? this.#delta(index, row.event) : "";
      const shows = `${delta} ${this.#utc} ${row.kind === "gap" ? row.gap.toMicros : ""}`;
      const known = this.#elements.get(name);
      const element = known?.shows === shows ? known.element : this.#row(row, delta);
      elements.set(name, { element, shows });
      const isSelected = row.kind === "event" && row.event.id === this.view?.selected;
      element.id = `row-${index}`;
      element.setAttribute("aria-rowindex", String(index + 2));
      element.setAttribute("aria-selected", String(isSelected));
      element.classList.toggle("selected", isSelected);
      if (isSelected) selected = element.id;
      const place = body.children[index - first];
      if (place !== element) body.insertBefore(element, place ?? null);
    }
    while (body.children.length > last - first) body.lastElementChild?.remove();
    this.#elements = elements;
    if (selected) this.setAttribute("aria-activedescendant", selected);
    else this.removeAttribute("aria-activedescendant");
  }

  /**
   * @param {Row} row
   * @param {string} delta
   */
  #row(row, delta) {
    if (row.kind === "gap") {
      const { gap } = row;
      const end = gap.toMicros == null
        ? "still open"
        : `for ${length(gap.toMicros - gap.fromMicros)}`;
      return h(
        "div",
        { role: "row", class: "row gap" },
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
    return h(
      "div",
      {
        role: "row",
        class: `row ${event.outcome ?? ""}`,
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
      cell("delta", delta),
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
      cell("origin", event.origin.replace(/^https?:\/\//, ""), event.origin),
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

/** @param {Row} row */
function key(row) {
  return row.kind === "event" ? `e${row.event.id}` : `g${row.gap.id}`;
}

/** Colour is never the only sign. */
const marks = { ok: "✓ ", failed: "✕ ", pending: "", none: "" };

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [title]
 */
function cell(name, text, title = text) {
  return h(
    "div",
    { class: `cell ${name}`, role: "gridcell", title: title.slice(0, 300) },
    text.slice(0, 300),
  );
}

/** What tells of success and failure, before all else that an event says. */
const telling = [
  "Failure Reason",
  "Error Reason",
  "Reason",
  "Status",
  "Response Status",
  "Success",
];

/** @param {OffEvent} event */
function details(event) {
  const tells = (/** @type {string} */ key) => telling.includes(key) ? 0 : 1;
  return [...event.eventMetadata].sort((a, b) => tells(a.key) - tells(b.key))
    .map(({ key, value }) => `${key}: ${value.slice(0, 200)}`).join(" · ");
}
