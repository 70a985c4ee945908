// @ts-check
/** The rows of a list of any length. Only those on the screen are elements. */

/** @import { ColumnChoice } from "./columns.js" */
/** @import { Troubles } from "./troubles.js" */
/** @import { OffEvent, Operation, Row, RowList, View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { length } from "./format.js";
import { shownOf } from "./operation-cells.js";
import { rowKey } from "./pieces.js";
import { OffHead } from "./off-head.js";
import { idOf, momentOf, operationOf, rowElement } from "./rows.js";
import { TallScroll } from "./scroll.js";

export const rowHeight = 24;
const overscan = 12;

export class OffTable extends HTMLElement {
  /** @type {RowList | null} */
  list = null;
  /** @type {View | null} */
  view = null;
  /** @type {(event: OffEvent) => void} */
  select = () => {};
  /** @type {(operation: Operation) => void} */
  selectOperation = () => {};
  /** @type {(first: number, last: number) => void} rows of the list that are on the screen */
  want = () => {};
  /** @type {(isAtNewest: boolean) => void} */
  scrolled = () => {};
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {Troubles | null} null where nothing tells of any */
  troubles = null;

  #head;
  #body = h("div", { class: "rows", role: "presentation" });
  #spacer = h("div", { class: "spacer", role: "presentation" }, this.#body);
  #scroller = h("div", {
    class: "scroller",
    // What can be focused can't be presentation.
    role: "rowgroup",
    tabindex: "-1",
    onscroll: () => this.#wasScrolled(),
  });
  #scroll = new TallScroll(this.#scroller);
  /** @type {Map<string, {element: HTMLElement, shows: string}>} rows on the screen, by their key */
  #elements = new Map();
  /** @type {{row: Row, offset: number} | null} what stays where it is when rows come in above it */
  #anchor = null;

  /**
   * @param {string} label
   * @param {string} rowName what the ids of its rows begin with
   * @param {ColumnChoice} choice
   */
  constructor(label, rowName, choice) {
    super();
    this.label = label;
    this.rowName = rowName;
    this.choice = choice;
    this.#head = new OffHead(choice);
  }

  connectedCallback() {
    this.setAttribute("role", "grid");
    this.setAttribute("aria-label", this.label);
    this.tabIndex = 0;
    this.#head.go = (change) => this.go(change);
    this.#head.changed = () => this.#resize();
    fill(this.#scroller, this.#head, this.#spacer);
    fill(this, this.#scroller);
    new ResizeObserver(() => this.#resize()).observe(this.#scroller);
  }

  /**
   * Shows the list: at its beginning if `isPinned`, else the rows that were on the screen stay there.
   *
   * @param {RowList} list
   * @param {View} view
   * @param {boolean} isPinned
   */
  render(list, view, isPinned) {
    const isOther = this.list !== list;
    const anchor = isOther || isPinned ? null : this.#anchor;
    this.list = list;
    this.view = view;
    this.#fitColumns();
    this.#measure();
    this.setAttribute("aria-rowcount", String(list.isExact ? list.length + 1 : -1));
    if (isPinned || isOther) this.#scroll.to(this.#isUpsideDown ? this.#scroll.most : 0);
    else if (anchor) {
      const index = list.indexOf(anchor.row);
      if (index >= 0) this.#scroll.to(this.place(index) * rowHeight + anchor.offset);
    }
    this.#paint();
  }

  /** @param {number} index of a row of the list */
  reveal(index) {
    const top = this.place(index) * rowHeight;
    if (top < this.#scroll.top) this.#scroll.to(top);
    const bottom = top + rowHeight - this.#seen;
    if (bottom > this.#scroll.top) this.#scroll.to(bottom);
    this.#paint();
  }

  /** The event at the top of what is seen. */
  get topEvent() {
    const row = this.#anchor?.row;
    return row?.kind === "event" ? row.event : null;
  }

  /** @param {number} index of the row that is to be at the top */
  putOnTop(index) {
    this.#scroll.to(this.place(index) * rowHeight + (this.#anchor?.offset ?? 0));
    this.#paint();
  }

  /** How many rows a page of the screen has. */
  get pageRows() {
    return Math.max(1, Math.floor(this.#seen / rowHeight) - 1);
  }

  showColumns() {
    this.#head.showChoice();
  }

  /** @param {number} index of a row of the list */
  isSeen(index) {
    const top = this.place(index) * rowHeight - this.#scroll.top;
    return top >= 0 && top + rowHeight <= this.#seen;
  }

  /**
   * Between the order of the list and that on the screen, both ways.
   *
   * @param {number} index
   */
  place(index) {
    return this.#isUpsideDown ? (this.list?.length ?? 0) - 1 - index : index;
  }

  get #isUpsideDown() {
    // Operations are asked for in the order in which they are shown.
    const { oldestFirst, sort, operations } = this.view ?? {};
    return Boolean(oldestFirst) && !sort && !operations;
  }

  /** The height that rows have on the screen, which they must not have made themselves. */
  get #seen() {
    const height = Math.min(this.#scroller.clientHeight, innerHeight);
    return Math.max(0, height - this.#head.offsetHeight);
  }

  #wasScrolled() {
    const isPersons = this.#scroll.scrolled();
    this.#paint();
    const { top, most } = this.#scroll;
    const isAtNewest = this.#isUpsideDown ? top >= most - 2 : top <= 2;
    // Rows that are kept in their place move the list too: only a person leaves the newest.
    if (isPersons || isAtNewest) this.scrolled(isAtNewest);
  }

  #resize() {
    if (!this.view) return;
    this.#fitColumns();
    this.#measure();
    this.#paint();
  }

  #measure() {
    const height = (this.list?.length ?? 0) * rowHeight;
    const element = `${TallScroll.realHeight(height)}px`;
    if (this.#spacer.style.height !== element) this.#spacer.style.height = element;
    this.#scroll.resize(height, this.#seen);
  }

  /** Only grows, so that columns stay where they are. */
  #digits = 3;

  #fitColumns() {
    const view = /** @type {View} */ (this.view);
    const room = this.#scroller.clientWidth;
    const { shown, template, width } = this.choice.fit(room, view, this.#digits);
    this.style.setProperty("--columns", template);
    this.style.setProperty("--width", `${width}px`);
    this.#head.render(shown, view, this.list);
  }

  #paint() {
    const { list, view } = this;
    if (!list || !view) return;
    const { top, real } = this.#scroll;
    const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
    const last = Math.min(list.length, Math.ceil((top + this.#seen) / rowHeight) + overscan);
    this.#body.style.transform = `translateY(${real + first * rowHeight - top}px)`;
    this.#placeRows(list, view, first, last);
    this.#keepAnchor(list);
    if (last <= first) return;
    const ends = [this.place(first), this.place(last - 1)];
    this.want(Math.min(...ends), Math.max(...ends) + 1);
  }

  /** @param {RowList} list */
  #keepAnchor(list) {
    const index = Math.floor(this.#scroll.top / rowHeight);
    const row = list.row(this.place(index));
    this.#anchor = row && { row, offset: this.#scroll.top - index * rowHeight };
  }

  /**
   * Rows that stay are left where they are, so that a click that has begun on one ends on it.
   *
   * @param {RowList} list
   * @param {View} view
   * @param {number} first
   * @param {number} last
   */
  #placeRows(list, view, first, last) {
    const elements = new Map();
    const operations = new Map();
    let selected = null;
    for (let index = first; index < last; index++) {
      const row = list.row(this.place(index));
      const name = row ? rowKey(row) : `p${index}`;
      const delta = row?.kind === "event" ? this.#delta(list, this.place(index), row.event) : "";
      const shows = [
        delta,
        view.utc,
        view.micros,
        this.#head.version,
        row?.kind === "gap" && row.gap.toMicros,
        row?.kind === "operation" && shownOf(row.operation),
        this.#trouble(row),
      ].join();
      if (row) operations.set(operationOf(row), momentOf(row));
      const known = this.#elements.get(name);
      const element = known?.shows === shows
        ? known.element
        : rowElement(row, delta, view, this.#head.shown, this);
      elements.set(name, { element, shows });
      const id = idOf(row);
      const isSelected = id != null &&
        id === (row?.kind === "event" ? view.selected : view.operation);
      element.id = `${this.rowName}-${index}`;
      element.setAttribute("aria-rowindex", String(index + 2));
      element.setAttribute("aria-selected", String(isSelected));
      element.classList.toggle("selected", isSelected);
      if (isSelected) selected = element.id;
      if (id != null && id >= 10 ** this.#digits) this.#widen(id);
    }
    // Those that went first: else each that stays would have to be moved.
    for (const [name, { element }] of this.#elements) {
      if (elements.get(name)?.element !== element) element.remove();
    }
    let place = this.#body.firstElementChild;
    for (const { element } of elements.values()) {
      if (place === element) place = element.nextElementSibling;
      else this.#body.insertBefore(element, place);
    }
    this.#elements = elements;
    operations.delete(null);
    this.troubles?.want(operations);
    if (selected) this.setAttribute("aria-activedescendant", selected);
    else this.removeAttribute("aria-activedescendant");
  }

  /** @param {Row | null} row */
  #trouble(row) {
    if (row?.kind === "event") return this.troubles?.shownBy(row.event)?.message;
    const trouble = this.troubles?.of(operationOf(row));
    return trouble && `${trouble.severity} ${trouble.findingsCount}`;
  }

  /** @param {number} id */
  #widen(id) {
    this.#digits = String(id).length;
    this.#fitColumns();
  }

  /**
   * The time since the event before.
   *
   * @param {RowList} list
   * @param {number} index
   * @param {OffEvent} event
   */
  #delta(list, index, event) {
    if (this.view?.sort) return "";
    for (let other = index + 1; other < list.length; other++) {
      const row = list.row(other);
      if (!row) return "";
      if (row.kind === "event") return length(event.timestampMicros - row.event.timestampMicros);
    }
    return "";
  }
}
