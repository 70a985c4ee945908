// @ts-check
/** The requests of a background fetch on one axis of time. */

/** @import { FetchRequest, Operation, OperationScene, View } from "./types.d.ts" */

import { h } from "./dom.js";
import { count, length, offset, size } from "./format.js";
import { boundedList, eventLink } from "./operation-parts.js";

/**
 * @param {OperationScene} scene
 * @param {View} view
 */
export function waterfall({ operation, requests }, view) {
  const axis = new Axis(operation, requests);
  const left = operation.total - requests.length;
  return [
    progress(operation),
    requests.length === 0 ? h("p", { class: "quiet" }, "No request of it is in the log.") : h(
      "div",
      { class: "waterfall" },
      axis.head(),
      boundedList("requests", requests, (request) => row(request, axis, operation, view)),
    ),
    left > 0 && requests.length > 0 && h(
      "p",
      { class: "quiet" },
      `${count(left)} of ${count(operation.total)} announced ${
        left === 1 ? "requests is" : "requests are"
      } not in the log: ${operation.isOpen ? "not begun yet" : "never begun"}, as far as it tells.`,
    ),
  ];
}

/** The stretch of time that all bars lie on. */
class Axis {
  /**
   * @param {Operation} operation
   * @param {FetchRequest[]} requests
   */
  constructor(operation, requests) {
    // What it waited before is said in words: it would make all bars short.
    this.from = requests.reduce(
      (first, { fromMicros, toMicros }) => Math.min(first, fromMicros ?? toMicros ?? first),
      operation.changedMicros,
    );
    // Of requests that the browser stops the end may come after the fetch's own.
    this.to = requests.reduce(
      (last, { toMicros }) => Math.max(last, toMicros ?? 0),
      Math.max(operation.changedMicros, this.from + 1),
    );
  }

  /** @param {number} micros */
  part(micros) {
    return Math.max(0, Math.min(1, (micros - this.from) / (this.to - this.from)));
  }

  /** Round steps, some three of them. */
  get #step() {
    const rough = (this.to - this.from) / 3;
    const minutes = [60e6, 120e6, 300e6, 600e6, 1800e6, 3600e6, 7200e6, 21600e6, 43200e6, 864e8];
    const longer = minutes.find((step) => step >= rough);
    if (rough > 30e6) return longer ?? Math.ceil(rough / 864e8) * 864e8;
    const ten = 10 ** Math.floor(Math.log10(rough));
    return [1, 2, 5, 10].map((factor) => factor * ten).find((step) => step >= rough) ?? rough;
  }

  head() {
    const ruler = h("div", { class: "ruler" });
    for (let at = this.#step; at < (this.to - this.from) * 0.97; at += this.#step) {
      const tick = h("span", { class: "tick" }, length(at));
      tick.style.left = percent(at / (this.to - this.from));
      ruler.append(tick);
    }
    return h(
      "div",
      { class: "request head", "aria-hidden": "true" },
      h("span", {}, "status"),
      h("span", {}, "request"),
      h("span", { class: "size" }, "size"),
      ruler,
    );
  }
}

/**
 * @param {FetchRequest} request
 * @param {Axis} axis
 * @param {Operation} operation
 * @param {View} view
 */
function row(request, axis, operation, view) {
  const { fromMicros, toMicros, outcome, url, eventIds } = request;
  const from = fromMicros ?? axis.from;
  const to = toMicros ?? axis.to;
  const bar = h("span", {
    class: ["span", outcome ?? "", fromMicros == null && "headless", toMicros == null && "endless"]
      .filter(Boolean).join(" "),
  });
  bar.style.left = percent(axis.part(from));
  bar.style.width = percent(axis.part(to) - axis.part(from));
  const took = toMicros == null ? "no end logged" : `took ${length(toMicros - from)}`;
  const begins = fromMicros == null
    ? "beginning not logged"
    : `begins at ${offset(from - axis.from)}`;
  const link = eventLink(
    eventIds.at(-1) ?? 0,
    operation.service,
    view,
    h("span", { class: "status" }, status(request, operation)),
    h("span", { class: "url" }, shortUrl(url, operation.origin)),
    h("span", { class: "size" }, bytes(request)),
    h("span", { class: "track" }, bar),
    h("span", { class: "visually-hidden" }, ` ${begins}, ${took}`),
  );
  link.classList.add("request");
  link.title = `${url.slice(0, 300)}\n${begins}, ${took}`;
  return h("li", { class: outcome ?? "" }, link);
}

/**
 * @param {FetchRequest} request
 * @param {Operation} operation
 */
function status({ status, toMicros, outcome }, { isOpen }) {
  if (toMicros == null) return isOpen ? "… runs" : "? no end";
  const sign = outcome === "failed" ? "✕" : outcome === "ok" ? "✓" : "·";
  return `${sign} ${status || "none"}`;
}

/** @param {FetchRequest} request */
function bytes({ responseSize, uploadSize }) {
  return [responseSize != null && size(responseSize), uploadSize ? `↑${size(uploadSize)}` : ""]
    .filter(Boolean).join(" ");
}

/**
 * What tells it from the others: without the origin that is the page's own.
 *
 * @param {string} url
 * @param {string} origin
 */
function shortUrl(url, origin) {
  const text = url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
  return (text || "no URL logged").slice(0, 300);
}

/** @param {Operation} operation */
function progress({ total, answers, failures, course }) {
  if (total === 0) return course ? h("p", {}, course) : null;
  const good = h("span", { class: "good" });
  const bad = h("span", { class: "bad" });
  good.style.width = percent(Math.min(1, (answers - failures) / total));
  bad.style.width = percent(Math.min(1, failures / total));
  return h(
    "div",
    { class: "progress" },
    h(
      "span",
      {
        class: "gauge",
        role: "progressbar",
        "aria-label": "Requests that came to an end",
        "aria-valuemin": "0",
        "aria-valuemax": total,
        "aria-valuenow": Math.min(total, answers),
      },
      good,
      bad,
    ),
    h("span", {}, course),
  );
}

/** @param {number} part */
function percent(part) {
  return `${(part * 100).toFixed(3)}%`;
}
