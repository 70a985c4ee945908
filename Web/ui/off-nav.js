// @ts-check
/** The sidebar: what can be looked at, how much of it there is, what is recorded. */

/** @import { Connection, ServiceName, ServiceStatus, TroubleCount, View } from "./types.d.ts" */

import { writeAddress } from "./address.js";
import { fill, h } from "./dom.js";
import { count } from "./format.js";
import { events, operations, timeline } from "./panes.js";
import { report } from "./saved.js";
import { services } from "./services.js";

export class OffNav extends HTMLElement {
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {View | null} */
  view = null;
  /** @type {Map<ServiceName, number>} seen counts, by service */
  seen = new Map();
  /** @type {Map<ServiceName, number>} */
  failed = new Map();
  /** @type {TroubleCount | null} */
  trouble = null;
  /** @type {Connection} */
  connection = "connecting";

  /** @type {Map<ServiceName | null, HTMLAnchorElement>} */
  #links = new Map();
  #timelineLink = h(
    "a",
    { title: "Timeline (g t)", "data-view": "timeline" },
    h("span", { class: "dot none" }),
    h("span", { class: "title" }, "Timeline"),
  );
  #operationsLink = h(
    "a",
    { title: "Operations (g o)", "data-view": "operations" },
    h("span", { class: "dot none" }),
    h("span", { class: "title" }, "Operations"),
    h("span", { class: "trouble" }),
  );
  #said = h("div", { class: "connection", role: "status" });

  /** Built once, so that a link keeps the focus; then only texts change. */
  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Services");
    fill(
      this,
      h(
        "div",
        { class: "brand" },
        h("span", { class: "mark", "aria-hidden": "true" }),
        h("span", { class: "name" }, "Offstage"),
      ),
      h(
        "ul",
        {},
        this.#item(null, "All events", "a"),
        h("li", {}, this.#timelineLink),
        h("li", {}, this.#operationsLink),
        h("li", { class: "rule", "aria-hidden": "true" }),
        ...services.map(({ name, title, key }) => this.#item(name, title, key)),
      ),
      this.#said,
    );
  }

  render() {
    const { view } = this;
    if (!view) return;
    for (const [name, link] of this.#links) this.#update(name, link, view);
    this.#timelineLink.href = address(view, timeline);
    setCurrent(this.#timelineLink, view.timeline);
    this.#operationsLink.href = address(view, operations);
    setCurrent(this.#operationsLink, view.operations);
    this.#warn();
    this.#said.className = `connection ${this.connection}`;
    const text = connections[this.connection];
    if (this.#said.textContent !== text) this.#said.textContent = text;
  }

  /** How many operations of late have a finding; more than was looked at is not known. */
  #warn() {
    const element = /** @type {HTMLElement} */ (this.#operationsLink.lastElementChild);
    const { operations = 0, severity = "", looked = 0, isWhole = true } = this.trouble ?? {};
    const number = `${count(operations)}${isWhole ? "" : "+"}`;
    element.className = `trouble ${severity}`;
    const text = operations > 0 ? `⚠ ${number}` : "";
    if (element.textContent !== text) {
      fill(element, text);
      keepInSight(this.#operationsLink);
    }
    element.title = operations === 0
      ? ""
      : isWhole
      ? `${number} with findings${report ? "" : " in the last 24 hours"}`
      : `${count(operations)} of the newest ${count(looked)} have findings`;
  }

  /** @param {(name: ServiceName) => number} sum of what there is: after a removal less than was seen */
  see(sum) {
    for (const { name } of services) {
      this.seen.set(name, Math.min(this.seen.get(name) ?? Infinity, sum(name)));
    }
  }

  /**
   * @param {ServiceName | null} name
   * @param {string} title
   * @param {string} key
   */
  #item(name, title, key) {
    const link = h(
      "a",
      { title: `${title} (g ${key})`, "data-service": name ?? "all" },
      h("span", { class: "dot" }),
      h("span", { class: "title" }, title),
      h("span", { class: "failed" }),
      h("span", { class: "unseen" }),
      h("span", { class: "count" }),
    );
    this.#links.set(name, link);
    return h("li", {}, link);
  }

  /**
   * @param {ServiceName | null} name
   * @param {HTMLAnchorElement} link
   * @param {View} view
   */
  #update(name, link, view) {
    const mine = this.statuses.filter((status) => !name || status.service === name);
    const number = mine.reduce((sum, status) => sum + status.count, 0);
    const isCurrent = !view.timeline && !view.operations && name === view.service;
    const news = name && !isCurrent ? number - (this.seen.get(name) ?? number) : 0;
    const state = name && this.connection !== "saved" ? recording(mine) : null;
    link.href = address(view, { ...events, service: name });
    setCurrent(link, isCurrent);
    const failures = name
      ? this.failed.get(name) ?? 0
      : [...this.failed.values()].reduce((sum, each) => sum + each, 0);
    const [dot, , failed, unseen, sum] = /** @type {HTMLElement[]} */ ([...link.children]);
    dot.className = `dot ${state ?? "none"}`;
    dot.title = state ? states[state] : "";
    fill(failed, failures > 0 && `✕ ${count(failures)}`);
    failed.title = failures > 0 ? `${count(failures)} failed` : "";
    fill(unseen, news > 0 && `+${count(news)}`);
    unseen.title = news > 0 ? `${count(news)} new` : "";
    fill(sum, count(number));
  }
}

/**
 * @param {View} view
 * @param {Partial<View>} pane
 */
function address(view, pane) {
  return writeAddress({ ...view, selected: null, operation: null, ...pane });
}

/**
 * @param {Element} link
 * @param {boolean} isCurrent
 */
function setCurrent(link, isCurrent) {
  if (!isCurrent) return link.removeAttribute("aria-current");
  if (link.hasAttribute("aria-current")) return;
  link.setAttribute("aria-current", "page");
  keepInSight(link);
}

/**
 * Where the sidebar lies above the pane the current link may be out of sight.
 *
 * @param {Element} link
 */
function keepInSight(link) {
  if (!link.hasAttribute("aria-current")) return;
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const states = {
  on: "being recorded",
  off: "recording is off",
  idle: "not recorded at the moment",
};

/** @type {Record<Connection, string>} */
const connections = {
  connecting: "connecting …",
  live: "live",
  lost: "connection lost, trying again …",
  refused: "this link is not good any more",
  saved: "a saved report",
};

/**
 * @param {ServiceStatus[]} statuses
 * @returns {"on" | "off" | "idle"}
 */
export function recording(statuses) {
  if (statuses.some(({ wanted, isRecordable }) => isRecordable && !wanted)) return "off";
  return statuses.some(isRecorded) ? "on" : "idle";
}

/**
 * Whether a recorder is at work.
 *
 * @param {ServiceStatus} status
 */
export function isRecorded(status) {
  return status.isHeld && status.wanted && status.isRecording === true;
}
