// @ts-check
/** The columns of the table: what a person chose of them, and which have room. */

/** @import { SortName, View } from "./types.d.ts" */

import { remember, remembered } from "./remembered.js";

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {string} [hint]
 * @property {number} least in pixels
 * @property {number} [tight] where even those that stay have no room
 * @property {number} share of the room that is left; 0 for none
 * @property {number} rank the highest goes first where there is no room; 0 stays
 * @property {SortName} [sort]
 * @property {boolean} [isHidden] unless somebody shows it
 */

/** @type {Column[]} */
export const columns = [
  { name: "number", title: "#", hint: "in order of arrival", least: 20, share: 0, rank: 4 },
  { name: "time", title: "Time", least: 106, share: 0, rank: 0 },
  { name: "delta", title: "Δ", hint: "since the event before", least: 66, share: 0, rank: 5 },
  { name: "service", title: "Service", least: 94, share: 0, rank: 1, sort: "service" },
  { name: "event", title: "Event", least: 205, tight: 150, share: 1.3, rank: 0, sort: "event" },
  {
    name: "instance",
    title: "Instance",
    least: 110,
    tight: 80,
    share: 0.9,
    rank: 0,
    sort: "instance",
  },
  { name: "outcome", title: "Outcome", least: 92, share: 0, rank: 2, sort: "outcome" },
  { name: "details", title: "Details", least: 100, share: 2, rank: 3 },
  { name: "origin", title: "Origin", least: 110, share: 0.9, rank: 6, sort: "origin" },
  {
    name: "storageKey",
    title: "Storage key",
    least: 110,
    share: 0.9,
    rank: 9,
    sort: "storageKey",
    isHidden: true,
  },
  {
    name: "scope",
    title: "Scope",
    hint: "of the service worker",
    least: 66,
    share: 0.2,
    rank: 8,
    sort: "scope",
  },
  { name: "source", title: "Source", least: 80, share: 0.1, rank: 7, sort: "source" },
];

/** What somebody chose, by the column's name; it belongs to the person, not to a view. */
export class ColumnChoice {
  /** @type {Record<string, {width?: number, isHidden?: boolean}>} */
  #chosen = {};
  #place;

  /**
   * @param {Column[]} all
   * @param {string} place where it is kept
   */
  constructor(all, place) {
    this.all = all;
    this.#place = place;
    const known = remembered(place);
    for (const { name } of all) {
      // Another version may have kept something else.
      const { width, isHidden } = known[name] ?? {};
      if (Number.isFinite(width)) this.setWidth(name, width);
      if (typeof isHidden === "boolean") this.setHidden(name, isHidden);
    }
  }

  /** @param {Column} column */
  isHidden(column) {
    return this.#chosen[column.name]?.isHidden ?? column.isHidden ?? false;
  }

  /**
   * @param {string} name
   * @returns {number | null}
   */
  width(name) {
    return this.#chosen[name]?.width ?? null;
  }

  /**
   * @param {string} name
   * @param {number | null} width in pixels; null as wide as there is room
   */
  setWidth(name, width) {
    const rounded = width == null ? undefined : Math.max(36, Math.min(2000, Math.round(width)));
    this.#chosen[name] = { ...this.#chosen[name], width: rounded };
    this.#keep();
  }

  /**
   * @param {string} name
   * @param {boolean} isHidden
   */
  setHidden(name, isHidden) {
    this.#chosen[name] = { ...this.#chosen[name], isHidden };
    this.#keep();
  }

  forget() {
    this.#chosen = {};
    this.#keep();
  }

  #keep() {
    remember(this.#place, this.#chosen);
  }

  /**
   * The columns that are shown, and their widths as CSS has them.
   *
   * @param {number} room in pixels
   * @param {View} view
   * @param {number} digits of the largest number
   * @returns {{shown: Column[], template: string, width: number}}
   */
  fit(room, view, digits) {
    const least = (/** @type {Column} */ { name, least }) => {
      const more = name === "number" ? 8 * digits : name === "time" && view.micros ? 26 : 0;
      return this.width(name) ?? least + more;
    };
    // What somebody has asked for or made wide stays, and the table is scrolled.
    const rank = (/** @type {Column} */ { name, rank }) =>
      this.width(name) != null || this.#chosen[name]?.isHidden === false ? 0 : rank;
    let shown = this.all.filter((column) =>
      !this.isHidden(column) && !(view.service && column.name === "service")
    );
    for (;;) {
      const last = shown.reduce((a, b) => rank(b) > rank(a) ? b : a, shown[0]);
      const sum = shown.reduce((sum, column) => sum + least(column), 0);
      if (sum <= room || !last || rank(last) === 0) break;
      shown = shown.filter((column) => column !== last);
    }
    const isTight = shown.reduce((sum, column) => sum + least(column), 0) > room;
    const widths = shown.map((column) =>
      this.width(column.name) == null && isTight ? column.tight ?? least(column) : least(column)
    );
    const template = shown.map((column, index) => {
      const isFixed = column.share === 0 || this.width(column.name) != null;
      return isFixed ? `${widths[index]}px` : `minmax(${widths[index]}px, ${column.share}fr)`;
    });
    return { shown, template: template.join(" "), width: widths.reduce((a, b) => a + b, 0) };
  }
}
