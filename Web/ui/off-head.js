// @ts-check
/** The head of the table: sorts by a column, makes it wider, hides it. */

/** @import { RowList, View } from "./types.d.ts" */
/** @import { Column, ColumnChoice } from "./columns.js" */

import { show, tell } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { count } from "./format.js";

/** As many as the server sorts. */
const mostSorted = 50_000;

export class OffHead extends HTMLElement {
  /** @type {Column[]} */
  shown = [];
  /** Changes with the columns: rows that were made before have others. */
  version = 0;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {() => void} */
  changed = () => {};
  /** @type {string | null} */
  #state = null;
  /** @type {View | null} */
  #view = null;

  /** @param {ColumnChoice} choice */
  constructor(choice) {
    super();
    this.choice = choice;
  }

  connectedCallback() {
    this.setAttribute("role", "row");
    this.setAttribute("aria-rowindex", "1");
    this.className = "head row";
    this.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.showChoice();
    });
  }

  /**
   * @param {Column[]} shown
   * @param {View} view
   * @param {RowList | null} list
   */
  render(shown, view, list) {
    const names = shown.map(({ name }) => name).join();
    if (names !== this.shown.map(({ name }) => name).join()) this.version++;
    this.shown = shown;
    this.#view = view;
    const isLong = (list?.eventCount ?? 0) > mostSorted;
    const state = [names, view.sort, view.isSortedDown, view.oldestFirst, isLong].join();
    // Built anew only for another state, so that a head that has the focus keeps it.
    if (state === this.#state) return;
    this.#state = state;
    const focused = this.contains(document.activeElement)
      ? document.activeElement?.closest("[data-column]")?.getAttribute("data-column")
      : null;
    fill(this, ...shown.map((column) => this.#cell(column, view, isLong)));
    const again = focused && this.querySelector(`[data-column="${focused}"] button`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {Column} column
   * @param {View} view
   * @param {boolean} isLong
   */
  #cell(column, view, isLong) {
    const { name, title, hint, sort } = column;
    const isTime = name === "time";
    const isSorted = isTime ? !view.sort : sort != null && view.sort === sort;
    const isDown = isTime ? !view.oldestFirst : view.isSortedDown;
    const direction = isSorted ? isDown ? "descending" : "ascending" : null;
    const why = isLong && sort
      ? `not sorted by this: more than ${count(mostSorted)} events match`
      : null;
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, isDown ? "▾" : "▴");
    return h(
      "div",
      {
        class: `cell ${name}`,
        role: "columnheader",
        "data-column": name,
        title: [hint, why].filter(Boolean).join("; ") || null,
        "aria-sort": sort || isTime ? direction ?? "none" : null,
      },
      sort || isTime
        ? h("button", {
          class: why ? "unsortable" : "",
          onclick: () => why ? this.#refuse(title) : this.#sort(column),
        }, title)
        : h("span", {}, title),
      isSorted && arrow,
      h("span", {
        class: "grip",
        "aria-hidden": "true",
        onpointerdown: (event) => this.#drag(event, name),
        ondblclick: () => {
          this.choice.setWidth(name, null);
          this.changed();
        },
      }),
    );
  }

  /** @param {string} title */
  #refuse(title) {
    tell(`Sort by ${title.toLowerCase()}`, [
      `Lists of more than ${count(mostSorted)} events are shown in the order of time only.`,
      "Narrow this one down with the filter, then sort it.",
    ]);
  }

  /** @param {Column} column */
  #sort({ sort }) {
    const view = /** @type {View} */ (this.#view);
    if (!sort) {
      if (view.sort) this.go({ sort: null, isSortedDown: false });
      else this.go({ oldestFirst: !view.oldestFirst });
    } else if (view.sort !== sort) this.go({ sort, isSortedDown: false });
    else if (!view.isSortedDown) this.go({ isSortedDown: true });
    else this.go({ sort: null, isSortedDown: false });
  }

  /**
   * @param {PointerEvent} event
   * @param {string} name
   */
  #drag(event, name) {
    const grip = /** @type {HTMLElement} */ (event.currentTarget);
    const start = event.clientX;
    const width = grip.parentElement?.offsetWidth ?? 0;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    grip.onpointermove = (move) => {
      this.choice.setWidth(name, width + move.clientX - start);
      this.changed();
    };
    grip.onlostpointercapture = () => grip.onpointermove = null;
  }

  /** Which columns there are, and how wide they are. */
  showChoice() {
    const rows = this.choice.all.map((column) => {
      const { name, title, hint } = column;
      const box = h("input", {
        type: "checkbox",
        checked: !this.choice.isHidden(column),
        onchange: () => {
          this.choice.setHidden(name, !box.checked);
          this.changed();
        },
      });
      const width = h("input", {
        type: "number",
        min: "36",
        max: "2000",
        step: "10",
        placeholder: "auto",
        value: this.choice.width(name),
        "aria-label": `Width of ${title} in pixels`,
        oninput: () => {
          this.choice.setWidth(name, width.value ? Number(width.value) : null);
          this.changed();
        },
      });
      const text = name === "number" ? "# (order of arrival)" : hint ? `${title} (${hint})` : title;
      return h("div", { class: "column" }, h("label", {}, box, text), width);
    });
    const reset = h("button", {
      type: "button",
      onclick: () => {
        this.choice.forget();
        this.changed();
        this.querySelector("dialog")?.close();
      },
    }, "Reset");
    show(
      "Columns",
      h(
        "p",
        { class: "quiet" },
        "Widths in pixels. Where there is no room, the less telling columns are left out.",
      ),
      h("div", { class: "columns" }, ...rows),
      h("form", { method: "dialog" }, reset, h("button", { autofocus: true }, "Close")),
    );
  }
}
