// @ts-check
/** What can be done with the pane, and what of it is shown. */

/** @import { ServiceStatus, Source, View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { OffFilter } from "./off-filter.js";
import { OffRecord } from "./off-record.js";
import { OffSave } from "./off-save.js";
import { report } from "./saved.js";
import { askRange, custom, rangeChoices } from "./range.js";

/** @type {("failed" | "pending" | "ok")[]} */
const outcomes = ["failed", "pending", "ok"];

const mostOffered = 300;

export class OffToolbar extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {Source[]} */
  sources = [];
  /** @type {string[]} */
  origins = [];
  isFollowing = true;
  /** How many events are listed, in words. */
  total = "";
  recorder = new OffRecord();
  save = new OffSave();
  box = new OffFilter();
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {(change: Partial<View>) => void} how the same events are shown */
  turn = () => {};
  /** @type {() => void} */
  clear = () => {};
  /** @type {() => void} */
  follow = () => {};
  /** @type {() => void} */
  columns = () => {};
  /** @type {() => void} */
  help = () => {};
  /** @type {() => void} */
  drive = () => {};

  connectedCallback() {
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", "View");
  }

  /** Built once, so that nothing that has the focus goes; then only values change. */
  #build() {
    this.originSelect = this.#select("Origin", (origin) => this.go({ origin: origin || null }));
    this.sourceSelect = this.#select("Source", (source) => this.go({ source: source || null }));
    this.outcomeSelect = this.#select(
      "Outcome",
      (text) => this.go({ outcome: outcomes.find((outcome) => outcome === text) ?? null }),
    );
    this.rangeSelect = this.#select("Time", (range) => this.#range(range));
    this.followButton = h("button", {
      title: "Follow new events (f)",
      onclick: () => this.follow(),
    }, "Follow");
    this.orderButton = h("button", {
      title: "Newest or oldest first (o)",
      onclick: () => this.go({ oldestFirst: !this.view?.oldestFirst, sort: null }),
    });
    this.zoneButton = h("button", {
      title: "UTC or local time (u)",
      onclick: () => this.turn({ utc: !this.view?.utc }),
    });
    this.clearButton = h("button", {
      title: "Remove what is stored of this pane",
      onclick: () => this.clear(),
    }, "Clear…");
    this.driveButton = h("button", {
      title: "Make things happen (d)",
      onclick: () => this.drive(),
    }, "Drive");
    this.columnsButton = h("button", {
      title: "Columns (v)",
      onclick: () => this.columns(),
    }, "Columns");
    this.sum = h("span", { class: "total" });
    const selects = [this.originSelect, this.sourceSelect, this.outcomeSelect, this.rangeSelect];
    this.choices = h("div", { class: "group choices" }, ...selects);
    this.more = h("button", {
      class: "more",
      "aria-expanded": "false",
      onclick: () => {
        const isOpen = this.choices?.classList.toggle("open") ?? false;
        this.more?.setAttribute("aria-expanded", String(isOpen));
      },
    }, "Filters");
    fill(
      this,
      !report &&
        h("div", { class: "group" }, this.recorder, this.clearButton, this.save, this.driveButton),
      this.box,
      this.choices,
      h(
        "div",
        { class: "group" },
        this.sum,
        this.more,
        !report && this.followButton,
        this.orderButton,
        this.zoneButton,
        this.columnsButton,
        h("button", { title: "Keys (?)", "aria-label": "Keys", onclick: () => this.help() }, "?"),
      ),
    );
  }

  /** @param {string} range */
  #range(range) {
    const { view } = this;
    if (!view || range === "now") return;
    if (range !== custom) return this.go({ since: range || null, until: null });
    // The choice stays what it was until there is another.
    this.render();
    askRange(view, (change) => this.go(change));
  }

  /**
   * @param {string} label
   * @param {(value: string) => void} chosen
   */
  #select(label, chosen) {
    const select = h("select", { "aria-label": label, onchange: () => chosen(select.value) });
    return select;
  }

  render() {
    if (!this.view) return;
    if (!this.sum) this.#build();
    const view = this.view;
    Object.assign(this.save, { view, sources: this.sources, go: this.go });
    Object.assign(this.recorder, { view, statuses: this.statuses }).render();
    Object.assign(this.box, { view, go: this.go }).render();
    // A page may have been made to open thousands; the filter takes those that are not offered.
    const origins = this.origins.slice(0, mostOffered).map(twice);
    options(this.originSelect, [["", "all origins"], ...origins], view.origin);
    const names = this.sources.map(({ name, id }) => [
      this.sources.filter((other) => other.name === name).length > 1 ? id : name,
      name,
    ]);
    options(this.sourceSelect, [["", "all sources"], ...names], view.source);
    options(this.outcomeSelect, [["", "any outcome"], ...outcomes.map(twice)], view.outcome);
    const { choices, chosen } = rangeChoices(view);
    options(this.rangeSelect, choices, chosen);
    fill(/** @type {Element} */ (this.sum), this.total);
    for (const button of [this.followButton, this.orderButton, this.columnsButton]) {
      button?.toggleAttribute("hidden", view.timeline);
    }
    this.followButton?.setAttribute("aria-pressed", String(this.isFollowing));
    this.driveButton?.setAttribute("aria-expanded", String(view.drive != null));
    this.orderButton?.toggleAttribute("disabled", view.sort != null);
    fill(
      /** @type {Element} */ (this.orderButton),
      view.oldestFirst ? "Oldest first" : "Newest first",
    );
    fill(/** @type {Element} */ (this.zoneButton), view.utc ? "UTC" : "Local");
  }
}

/** @param {string} text */
function twice(text) {
  return [text, text];
}

/**
 * @param {HTMLSelectElement | undefined} select
 * @param {string[][]} choices
 * @param {string | null} value
 */
function options(select, choices, value) {
  if (!select) return;
  const chosen = value ?? "";
  const all = choices.some(([choice]) => choice === chosen) ? choices : [...choices, twice(chosen)];
  const texts = JSON.stringify(all);
  if (select.dataset.choices !== texts) {
    select.dataset.choices = texts;
    fill(select, ...all.map(([choice, text]) => h("option", { value: choice }, text)));
  }
  // Not while it is what it is: a list that somebody has opened would lose its place.
  if (select.value !== chosen) select.value = chosen;
}
