// @ts-check
/** One event, whole: its metadata, what its worker did, and the others of its instance. */

/** @import { EventPage, OffEvent, View, WorkerEntry } from "./types.d.ts" */

import { ask } from "./api.js";
import { fill, h } from "./dom.js";
import { clock, day, fraction, length } from "./format.js";
import { service } from "./services.js";

export class OffDetails extends HTMLElement {
  /** @type {OffEvent | null} */
  event = null;
  /** @type {View | null} */
  view = null;
  /** @type {(event: OffEvent | null) => void} */
  select = () => {};
  /** @type {(step: number) => void} */
  step = () => {};
  /** @type {number | null} */
  #shown = null;

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Event");
  }

  render() {
    this.hidden = this.event == null;
    this.setAttribute("data-open", String(this.event != null));
    const { event, view } = this;
    if (!event || !view) {
      this.#shown = null;
      return fill(this);
    }
    const isNew = this.#shown !== event.id;
    this.#shown = event.id;
    if (isNew) {
      this.worker = h("section", { hidden: true });
      this.instance = h("section", { hidden: true });
      this.#load(event);
    }
    fill(
      this,
      h(
        "header",
        {},
        h("h2", { class: event.outcome ?? "" }, event.eventName),
        h("button", {
          title: "Newer or older (k, j)",
          "aria-label": "Row above",
          onclick: () => this.step(-1),
        }, "‹"),
        h("button", {
          title: "Newer or older (k, j)",
          "aria-label": "Row below",
          onclick: () => this.step(1),
        }, "›"),
        copyButton("copy", () => JSON.stringify(event, null, 2), "Copy as JSON (c)"),
        h("button", {
          title: "Close (Esc)",
          "aria-label": "Close",
          onclick: () => this.select(null),
        }, "✕"),
      ),
      h(
        "dl",
        {},
        ...pair(
          "Time",
          `${day(event.timestampMicros, view.utc)} ${
            clock(event.timestampMicros, view.utc).slice(0, 8)
          }.${fraction(event.timestampMicros)}${view.utc ? " UTC" : ""}`,
        ),
        ...pair("Service", service(event.service)?.title ?? event.service),
        ...pair("Outcome", event.outcome ?? "–"),
        ...pair("Instance", event.instanceId || "–"),
        ...pair("Origin", event.origin),
        ...pair("Storage key", event.storageKey ?? "–"),
        ...pair("Worker scope", event.scope ?? "not known"),
        ...pair("Registration", event.serviceWorkerRegistrationId),
        ...pair("Source", `${event.source.name}, ${captures[event.capture] ?? event.capture}`),
      ),
      h(
        "section",
        {},
        h("h3", {}, "Metadata"),
        event.eventMetadata.length === 0 && h("p", { class: "quiet" }, "none"),
        ...event.eventMetadata.map(({ key, value }) => metadata(key, value)),
      ),
      this.worker,
      this.instance,
    );
  }

  /** @param {OffEvent} event */
  async #load(event) {
    const parameters = new URLSearchParams({ service: event.service, limit: "200", order: "asc" });
    parameters.set("text", event.instanceId);
    const [worker, page] = await Promise.allSettled([
      ask(`/events/${event.id}/worker`),
      event.instanceId ? ask(`/events?${parameters}`) : Promise.resolve({ events: [] }),
    ]);
    if (this.#shown !== event.id) return;
    if (worker.status === "fulfilled") this.#showWorker(event, worker.value.worker);
    if (page.status === "fulfilled") this.#showInstance(event, page.value);
  }

  /**
   * @param {OffEvent} event
   * @param {WorkerEntry[]} entries
   */
  #showWorker(event, entries) {
    if (!this.worker || entries.length === 0) return;
    this.worker.hidden = false;
    fill(
      this.worker,
      h("h3", {}, "Its worker, 10 s before and after"),
      h(
        "ol",
        { class: "worker" },
        ...entries.map((entry) =>
          h(
            "li",
            { class: entry.kind },
            h("span", { class: "delta" }, sign(entry.atMicros - event.timestampMicros)),
            entry.kind === "error"
              ? `✕ ${entry.message} (${entry.script}:${(entry.line ?? -1) + 1})`
              : `${entry.status}, ${entry.runningStatus}`,
          )
        ),
      ),
    );
  }

  /**
   * @param {OffEvent} event
   * @param {EventPage} page
   */
  #showInstance(event, page) {
    const others = page.events.filter((other) =>
      other.instanceId === event.instanceId && other.origin === event.origin &&
      other.source.id === event.source.id
    );
    if (!this.instance || others.length < 2) return;
    this.instance.hidden = false;
    fill(
      this.instance,
      h("h3", {}, "The same instance"),
      h(
        "ol",
        { class: "instance" },
        ...others.map((other) =>
          h(
            "li",
            { class: other.outcome ?? "", "aria-current": other.id === event.id ? "true" : null },
            h(
              "button",
              { onclick: () => this.select(other) },
              h("span", { class: "delta" }, sign(other.timestampMicros - event.timestampMicros)),
              other.outcome === "failed" && "✕ ",
              other.eventName,
            ),
          )
        ),
      ),
    );
  }
}

/** @type {Record<string, string>} */
const captures = {
  live: "caught live",
  replay: "from the browser's own log",
  inspect: "out of the profile on disk",
  push: "at the push service",
  import: "imported",
};

/** @param {number} micros */
function sign(micros) {
  return micros > 0 ? `+${length(micros)}` : length(micros);
}

/**
 * @param {string} name
 * @param {string} value
 */
function pair(name, value) {
  return [h("dt", {}, name), h("dd", {}, value)];
}

/**
 * @param {string} key
 * @param {string} value
 */
function metadata(key, value) {
  const parsed = structure(value);
  if (parsed === undefined && value.length < 100 && !value.includes("\n")) {
    return h(
      "div",
      { class: "metadata short" },
      h("span", { class: "key" }, key),
      h("code", {}, value),
      copyButton("copy", () => value, `Copy the value of ${key}`),
    );
  }
  const long = value.length > 400;
  const text = parsed === undefined ? value : JSON.stringify(parsed, null, 2);
  const content = h("pre", {}, text.length > 100_000 ? `${text.slice(0, 100_000)}…` : text);
  return h(
    "details",
    { class: "metadata", open: !long },
    h(
      "summary",
      {},
      h("span", { class: "key" }, key),
      long && h("span", { class: "quiet" }, ` ${value.length.toLocaleString("en")} characters`),
      copyButton("copy", () => value, `Copy the value of ${key}`),
    ),
    content,
  );
}

/**
 * The object or list that a text holds; undefined if it holds none.
 *
 * @param {string} text
 * @returns {unknown}
 */
function structure(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text
 * @param {() => string} content
 * @param {string} title
 */
function copyButton(text, content, title) {
  const button = h("button", {
    class: "copy",
    title,
    onclick: async (/** @type {MouseEvent} */ event) => {
      event.preventDefault();
      await navigator.clipboard.writeText(content());
      button.textContent = "copied";
      setTimeout(() => button.textContent = text, 1200);
    },
  }, text);
  return button;
}
