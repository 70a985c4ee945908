// @ts-check
/** One operation, whole: its course as a picture, its events, and what it has to do with others. */

/** @import { Operation, OperationScene, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { telling } from "./cells.js";
import { detailsHead } from "./details-head.js";
import { fill, h } from "./dom.js";
import { clock, day, length, offset } from "./format.js";
import { isInPath, ladder, path } from "./operation-course.js";
import { boundedList, eventLink, findingsSection, operationLine } from "./operation-parts.js";
import { waterfall } from "./operation-waterfall.js";
import { report } from "./saved.js";
import { showScenario } from "./scenario.js";
import { meaning, nextMicros, operationTitle, stateText, tone, until } from "./states.js";
import { workerEntries } from "./worker-entries.js";

/** Whoever steps from row to row wants no answer for each; nor is each change asked for. */
const pause = 120;
const pauseBetweenChanges = 500;

export class OffOperation extends HTMLElement {
  /** @type {OperationScene | null} */
  scene = null;
  /** @type {(step: number) => void} */
  step = () => {};
  /** @type {() => void} */
  close = () => {};
  /** @type {(asked: number, operation: Operation) => void} it may have another number now */
  found = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});

  /** @type {number | null} */
  #id = null;
  /** @type {string | null} */
  #shown = null;
  /** @type {View | null} */
  #view = null;
  #abort = new AbortController();
  /** @type {number | undefined} */
  #timer;

  /** @param {View} view */
  render(view) {
    this.#view = view;
    if (this.#id !== view.operation) {
      this.#id = view.operation;
      if (this.scene?.operation.id !== this.#id) this.#ask(pause);
    }
    this.#paint();
  }

  /** @param {Operation} operation that has changed */
  take(operation) {
    if (operation.id !== this.#id || this.#timer != null) return;
    this.#ask(pauseBetweenChanges);
  }

  /** @param {number} after milliseconds */
  #ask(after) {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const id = this.#id;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (id == null) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.attempt(async () => {
        const scene = await ask(`/operations/${id}`, { signal });
        if (this.#id !== id) return;
        this.scene = scene;
        this.#id = scene.operation.id;
        this.found(id, scene.operation);
        this.#paint();
      });
    }, after);
  }

  #paint() {
    const { scene } = this;
    const view = this.#view;
    if (!view || this.#id == null) return;
    if (!scene || scene.operation.id !== this.#id) {
      if (this.#shown != null) fill(this, h("p", { class: "quiet" }, "…"));
      this.#shown = null;
      return;
    }
    const { operation } = scene;
    const shown = JSON.stringify([
      operation,
      scene.events.length,
      scene.links.length,
      scene.worker.length,
      view.utc,
      view.micros,
    ]);
    // What somebody reads, selects or has opened stays; only how long it is until then changes.
    if (shown === this.#shown) return this.#tick();
    this.#shown = shown;
    const focused = this.contains(document.activeElement)
      ? document.activeElement?.getAttribute("href")
      : null;
    fill(this, ...this.#content(scene, view));
    const again = focused && this.querySelector(`a[href="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  #tick() {
    for (const element of this.querySelectorAll("[data-until]")) {
      fill(element, until(Number(element.getAttribute("data-until"))));
    }
  }

  /**
   * @param {OperationScene} scene
   * @param {View} view
   */
  #content(scene, view) {
    const { operation, events, gaps, worker, findings } = scene;
    // What stands in the picture is not said twice.
    const links = scene.links.filter((link) => !isInPath(scene, link));
    return [
      this.#header(operation),
      this.#facts(scene, view),
      findings && findings.length > 0 && findingsSection(findings, operation, view),
      h("section", {}, h("h3", {}, pictures[operation.service]), ...picture(scene, view)),
      links.length > 0 && h(
        "section",
        {},
        h("h3", {}, "What it has to do with others"),
        ...links.map(({ sentence, operation: other }) =>
          operationLine(other, view, h("span", { class: "quiet" }, `${sentence} `))
        ),
      ),
      worker.length > 0 && h(
        "section",
        {},
        ...workerEntries("Its worker meanwhile", worker, operation.beganMicros, failures(scene)),
      ),
      gaps.length > 0 && h(
        "section",
        { class: "gaps" },
        h("h3", {}, "Gaps near it: events may be missing"),
        ...gaps.map(({ sentence, fromMicros, toMicros }) =>
          h(
            "p",
            {},
            `⌇ ${clock(fromMicros, view.utc)}, `,
            toMicros == null ? "still open: " : `for ${length(toMicros - fromMicros)}: `,
            sentence,
          )
        ),
      ),
      h(
        "section",
        {},
        h("h3", {}, `Its events (${events.length})`),
        boundedList("instance", events, (event) =>
          h(
            "li",
            { class: event.outcome ?? "" },
            eventLink(
              event.id,
              event.service,
              view,
              h("span", { class: "delta" }, offset(event.timestampMicros - operation.beganMicros)),
              h(
                "span",
                {},
                event.outcome === "failed" && "✕ ",
                event.eventName,
                h("span", { class: "quiet" }, ` ${telling(event)}`),
              ),
            ),
          )),
      ),
      h(
        "section",
        {},
        h("h3", {}, "Where it comes from"),
        h(
          "dl",
          {},
          ...pair("Origin", operation.origin),
          ...pair("Storage key", operation.storageKey ?? "–"),
          ...pair("Worker scope", operation.scope ?? "not known"),
          ...pair("Registration", operation.serviceWorkerRegistrationId),
          ...pair("Source", operation.source.name),
        ),
      ),
    ];
  }

  /** @param {Operation} operation */
  #header(operation) {
    return detailsHead({
      title: operationTitle(operation),
      outcome: operation.outcome,
      json: () => this.scene,
      step: (step) => this.step(step),
      close: () => this.close(),
      // What is redacted can't be made to happen again.
      also: !report && h("button", {
        title: "A scenario that makes it happen again",
        onclick: () => this.attempt(() => showScenario(operation.id)),
      }, "Test…"),
    });
  }

  /**
   * @param {OperationScene} scene
   * @param {View} view
   */
  #facts({ operation, isStalled }, view) {
    const { beganMicros, changedMicros, course, isTruncated } = operation;
    const moment = (/** @type {number} */ micros) =>
      `${day(micros, view.utc)} ${clock(micros, view.utc, true)}${view.utc ? " UTC" : ""}`;
    const next = nextMicros(operation);
    const why = meaning(operation, isStalled);
    return h(
      "dl",
      {},
      h("dt", {}, "State"),
      h(
        "dd",
        {},
        h("span", { class: `state ${tone(operation)}` }, stateText(operation)),
        why && h("span", { class: "why" }, why),
      ),
      ...isTruncated ? pair("Beginning", "not in the log") : [],
      ...pair("Began", moment(beganMicros)),
      ...operation.events > 1
        ? pair(
          operation.isOpen ? "Last event" : "Ended",
          `${moment(changedMicros)} (${length(changedMicros - beganMicros)})`,
        )
        : [],
      ...next == null ? [] : [
        h("dt", {}, "Next"),
        h("dd", {}, `${moment(next)}, `, h("span", { "data-until": next }, until(next))),
      ],
      // With a fetch it stands beside the gauge.
      ...course && operation.total === 0 ? pair("Course", course) : [],
    );
  }
}

/** @type {Record<string, string>} */
const pictures = {
  backgroundFetch: "Its requests",
  backgroundSync: "Its attempts",
  periodicBackgroundSync: "Its attempts",
  notifications: "Its path",
  pushMessaging: "Its path",
  paymentHandler: "Its steps",
};

/**
 * @param {OperationScene} scene
 * @param {View} view
 */
function picture(scene, view) {
  switch (scene.operation.service) {
    case "backgroundFetch":
      return waterfall(scene, view);
    case "backgroundSync":
    case "periodicBackgroundSync":
      return ladder(scene, view);
    default:
      return path(scene, view);
  }
}

/**
 * When attempts failed: an error near one may be why.
 *
 * @param {OperationScene} scene
 */
function failures({ operation, runs }) {
  const failed = runs.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) return failed.map(({ fromMicros, toMicros }) => toMicros ?? fromMicros);
  return operation.outcome === "failed" ? [operation.changedMicros] : [];
}

/**
 * @param {string} name
 * @param {string} value
 */
function pair(name, value) {
  return [h("dt", {}, name), h("dd", {}, value)];
}
