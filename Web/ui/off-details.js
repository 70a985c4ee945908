// @ts-check
/** One event, whole: its metadata, what its worker did, and the others of its instance. */

/** @import { EventPage, OffEvent, OperationScene, View, WorkerEntry } from "./types.d.ts" */

import { ask } from "./api.js";
import { telling } from "./cells.js";
import { detailsHead } from "./details-head.js";
import { fill, h } from "./dom.js";
import { clock, day, offset } from "./format.js";
import { metadata } from "./metadata.js";
import { OffOperation } from "./off-operation.js";
import { findingArticle, operationLine } from "./operation-parts.js";
import { service } from "./services.js";
import { workerEntries } from "./worker-entries.js";

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
  #zone = false;
  #abort = new AbortController();
  /** Shown instead of an event, beside the list of operations. */
  operation = new OffOperation();

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Event");
  }

  render() {
    if (this.view?.operations) return this.#renderOperation(this.view);
    this.hidden = this.event == null;
    this.setAttribute("data-open", String(this.event != null));
    this.setAttribute("aria-label", "Event");
    const { event, view } = this;
    if (!event || !view) {
      this.#shown = null;
      return fill(this);
    }
    // What somebody reads, selects or has opened stays.
    if (this.#shown === event.id && this.#zone === view.utc) return;
    if (this.#shown !== event.id) {
      this.worker = h("section", { hidden: true });
      this.trouble = h("section", { class: "findings", hidden: true });
      this.story = h("section", { hidden: true });
      this.instance = h("section", { hidden: true });
      this.script = h("span", {}, "…");
      this.#load(event);
    }
    this.#shown = event.id;
    this.#zone = view.utc;
    fill(
      this,
      detailsHead({
        title: event.eventName,
        outcome: event.outcome,
        json: () => event,
        step: (step) => this.step(step),
        close: () => this.select(null),
      }),
      h(
        "dl",
        {},
        ...pair(
          "Time",
          `${day(event.timestampMicros, view.utc)} ${clock(event.timestampMicros, view.utc, true)}${
            view.utc ? " UTC" : ""
          }`,
        ),
        ...pair("Service", service(event.service)?.title ?? event.service),
        ...pair("Outcome", event.outcome ?? "–"),
        ...pair("Instance", event.instanceId || "–"),
      ),
      this.trouble,
      h(
        "section",
        {},
        h("h3", {}, "Metadata"),
        event.eventMetadata.length === 0 && h("p", { class: "quiet" }, "none"),
        ...event.eventMetadata.map(({ key, value }) => metadata(key, value)),
      ),
      this.story,
      this.instance,
      this.worker,
      h(
        "section",
        {},
        h("h3", {}, "Where it comes from"),
        h(
          "dl",
          {},
          ...pair("Origin", event.origin),
          ...pair("Storage key", event.storageKey ?? "–"),
          ...pair("Worker scope", event.scope ?? "not known"),
          h("dt", {}, "Worker script"),
          h("dd", {}, this.script),
          ...pair("Registration", event.serviceWorkerRegistrationId),
          ...pair("Source", `${event.source.name}, ${captures[event.capture] ?? event.capture}`),
        ),
      ),
    );
  }

  /** @param {View} view */
  #renderOperation(view) {
    this.#shown = null;
    this.hidden = view.operation == null;
    this.setAttribute("data-open", String(!this.hidden));
    this.setAttribute("aria-label", "Operation");
    if (this.firstChild !== this.operation) fill(this, this.operation);
    this.operation.render(view);
  }

  /** @param {OffEvent} event */
  async #load(event) {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    // Whoever steps from row to row wants no answer for each.
    await new Promise((done) => setTimeout(done, 120));
    if (signal.aborted) return;
    // Where the browser gives no instance, what lies near may belong to it.
    const reach = event.instanceId ? 864e8 : 1e6;
    const parameters = new URLSearchParams({
      service: event.service,
      source: event.source.id,
      origin: event.origin,
      since: moment(event.timestampMicros - reach),
      until: moment(event.timestampMicros + reach),
      limit: event.instanceId ? "300" : "30",
      order: "asc",
    });
    if (event.instanceId) parameters.set("instance", event.instanceId);
    this.#loadStory(event, signal);
    const [worker, page] = await Promise.allSettled([
      ask(`/events/${event.id}/worker`, { signal }),
      ask(`/events?${parameters}`, { signal }),
    ]);
    if (signal.aborted) return;
    if (worker.status === "fulfilled") {
      if (this.script) fill(this.script, worker.value.script ?? "not known");
      this.#showWorker(event, worker.value.worker);
    }
    if (page.status === "fulfilled") this.#showInstance(event, page.value);
  }

  /**
   * @param {OffEvent} event
   * @param {AbortSignal} signal
   */
  async #loadStory({ id, operationId }, signal) {
    const { story, trouble, view } = this;
    if (!operationId || !story || !trouble || !view) return;
    try {
      /** @type {OperationScene} */
      const { operation, findings = [] } = await ask(`/operations/${operationId}`, { signal });
      story.hidden = false;
      fill(story, h("h3", {}, "Operation"), operationLine(operation, view));
      // Of each only the event that the list marks; the operation tells of all.
      const shown = findings.filter(({ events, severity }) =>
        severity !== "info" && events.at(-1) === id
      );
      trouble.hidden = shown.length === 0;
      fill(trouble, ...shown.map((finding) => findingArticle(finding, [])));
    } catch {
      // It is not there any more, or another event is looked at.
    }
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
      ...workerEntries("The same worker, 10 s before and after", entries, event.timestampMicros),
    );
  }

  /**
   * @param {OffEvent} event
   * @param {EventPage} page
   */
  #showInstance(event, page) {
    const others = page.events;
    if (!this.instance || others.length < 2) return;
    this.instance.hidden = false;
    fill(
      this.instance,
      h(
        "h3",
        {},
        event.instanceId
          ? "The same instance, a day before and after"
          : "The same service, a second before and after",
      ),
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
              h("span", { class: "delta" }, offset(other.timestampMicros - event.timestampMicros)),
              h(
                "span",
                {},
                other.outcome === "failed" && "✕ ",
                other.eventName,
                h("span", { class: "quiet" }, ` ${telling(other)}`),
              ),
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

/**
 * @param {string} name
 * @param {string} value
 */
function pair(name, value) {
  return [h("dt", {}, name), h("dd", {}, value)];
}

/** @param {number} micros */
function moment(micros) {
  return new Date(micros / 1000).toISOString();
}
