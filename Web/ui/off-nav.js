// @ts-check
/** The sidebar: what can be looked at, how much of it there is, what is recorded. */

/** @import { Connection, ServiceName, ServiceStatus } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { count } from "./format.js";
import { services } from "./services.js";

export class OffNav extends HTMLElement {
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {ServiceName | null} */
  current = null;
  /** @type {Map<ServiceName, number>} seen counts, by service */
  seen = new Map();
  /** @type {Connection} */
  connection = "connecting";
  /** @type {(service: ServiceName | null) => string} */
  link = () => "/";

  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Services");
    this.render();
  }

  render() {
    const total = this.statuses.reduce((sum, status) => sum + status.count, 0);
    fill(
      this,
      h("div", { class: "brand" }, h("span", { class: "mark", "aria-hidden": "true" }), "Offstage"),
      h(
        "ul",
        {},
        this.#item(null, "All events", total, "a", null),
        h("li", { class: "rule", role: "separator" }),
        ...services.map((service) => {
          const mine = this.statuses.filter((status) => status.service === service.name);
          const sum = mine.reduce((sum, status) => sum + status.count, 0);
          return this.#item(service.name, service.title, sum, service.key, recording(mine));
        }),
      ),
      h(
        "div",
        { class: `connection ${this.connection}`, role: "status" },
        connections[this.connection],
      ),
    );
  }

  /**
   * @param {ServiceName | null} name
   * @param {string} title
   * @param {number} number
   * @param {string} key
   * @param {"on" | "off" | "idle" | null} state
   */
  #item(name, title, number, key, state) {
    const isCurrent = name === this.current;
    const unseen = name && !isCurrent ? number - (this.seen.get(name) ?? number) : 0;
    return h(
      "li",
      {},
      h(
        "a",
        {
          href: this.link(name),
          "aria-current": isCurrent ? "page" : null,
          title: `${title} (g ${key})`,
          "data-service": name ?? "all",
        },
        h("span", { class: `dot ${state ?? "none"}`, title: state ? states[state] : null }),
        h("span", { class: "title" }, title),
        unseen > 0 && h("span", { class: "unseen", title: `${unseen} new` }, `+${count(unseen)}`),
        h("span", { class: "count" }, count(number)),
      ),
    );
  }
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
};

/**
 * @param {ServiceStatus[]} statuses
 * @returns {"on" | "off" | "idle"}
 */
export function recording(statuses) {
  if (statuses.some((status) => !status.wanted)) return "off";
  return statuses.some(isRecorded) ? "on" : "idle";
}

/**
 * Whether a recorder is at work: what it saw last is noted every 15 seconds.
 *
 * @param {ServiceStatus} status
 */
export function isRecorded(status) {
  return status.isRecording === true && status.wanted &&
    Date.now() * 1000 - (status.seenUntilMicros ?? 0) < 45e6;
}
