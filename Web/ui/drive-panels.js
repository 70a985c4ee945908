// @ts-check
/** Syncs, the network, the worker itself and background fetches. */

/** @import { KnownWorker, Operation, Trigger, View } from "./types.d.ts" */

import { h } from "./dom.js";
import { openOperations, refill } from "./drive-parts.js";
import { brief, networkSetting } from "./drive-words.js";
import { clock } from "./format.js";
import { operationAddress } from "./operation-parts.js";
import { stateText } from "./states.js";

export class DriveSync {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};
  /** @type {Operation[]} */
  #waiting = [];

  #tag = h("input", { type: "text", "aria-label": "Tag", placeholder: "tag", required: true });
  #last = h("input", { type: "checkbox" });
  #list = h("ul", { class: "takes" });
  element = h(
    "form",
    { onsubmit: (event) => this.#submit(event) },
    h("h3", {}, "Dispatch"),
    h(
      "div",
      { class: "line" },
      this.#tag,
      h("label", {}, this.#last, "last chance"),
    ),
    h(
      "div",
      { class: "line" },
      h("button", { class: "main", value: "sync" }, "Sync"),
      h("button", { value: "periodic-sync" }, "Periodic sync"),
    ),
    h("h3", {}, "Tags that wait"),
    this.#list,
  );

  /**
   * @param {KnownWorker} _worker
   * @param {View} view
   */
  render(_worker, view) {
    fillOperations(this.#list, this.#waiting, view, {
      none: "None of this worker.",
      word: "Dispatch",
      act: (operation) => this.#dispatch(kindOf(operation), operation.instanceId),
    });
  }

  /** @param {KnownWorker} worker */
  async renew(worker) {
    const states = ["waiting", "retrying"];
    const [syncs, periodic] = await Promise.all([
      openOperations(worker, "backgroundSync", states),
      openOperations(worker, "periodicBackgroundSync", states),
    ]);
    this.#waiting = [...syncs, ...periodic];
  }

  focus() {
    this.#tag.focus();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const { submitter } = event;
    const kind = submitter instanceof HTMLButtonElement ? submitter.value : "sync";
    this.#dispatch(kind, this.#tag.value);
  }

  /**
   * @param {string} kind
   * @param {string} tag
   */
  #dispatch(kind, tag) {
    this.perform(kind === "sync" ? { kind, tag, lastChance: this.#last.checked } : { kind, tag });
  }
}

export class DriveNetwork {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};
  /** @type {Trigger[]} newest first */
  triggers = [];

  #buttons = ["offline", "online"].map((kind) =>
    h("button", { type: "button", onclick: () => this.perform({ kind }) }, titles[kind])
  );
  #said = h("p", { class: "said" });
  element = h(
    "div",
    {},
    h("h3", {}, "Network of the worker"),
    h("div", { class: "line", role: "group", "aria-label": "Network" }, ...this.#buttons),
    this.#said,
    h(
      "p",
      { class: "quiet" },
      "While it is offline its fetches fail and the browser holds its syncs; online releases them. " +
        "The site's pages keep their network.",
    ),
  );

  /**
   * @param {KnownWorker} worker
   * @param {View} view
   */
  render(worker, view) {
    const setting = networkSetting(this.triggers, worker);
    refill(this.#said, [setting, view.utc], () => [
      setting
        ? `As far as the newest triggers tell: ${setting.action.kind} since ${
          clock(setting.askedMicros, view.utc)
        } (trigger ${setting.id})` +
          (setting.action.kind === "offline" ? ", unless its recorder has ended since." : ".")
        : "As far as the newest triggers tell it was not taken offline.",
    ]);
    const kind = setting?.action.kind ?? "online";
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(button.textContent === titles[kind]));
    }
  }

  async renew() {}

  focus() {
    this.#buttons[0].focus();
  }
}

/** @type {Record<string, string>} */
const titles = { offline: "Offline", online: "Online" };

export class DriveWorker {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};

  #start = this.#button("Start", "start");
  #facts = h("dl");
  element = h(
    "div",
    {},
    h("h3", {}, "Worker"),
    this.#facts,
    h(
      "div",
      { class: "line" },
      this.#start,
      this.#button("Stop", "stop"),
      this.#button("Update", "update"),
      this.#button("Unregister…", "unregister"),
    ),
    h("h3", {}, "Data"),
    h(
      "div",
      { class: "line" },
      h("button", {
        type: "button",
        onclick: () => this.perform({ kind: "clear-site-data" }),
      }, "Clear site data…"),
    ),
  );

  /** @param {KnownWorker} worker */
  render(worker) {
    refill(this.#facts, worker, () =>
      [
        ["Scope", worker.scope],
        ["Script", worker.script ?? "not told yet"],
        ["Registration", worker.serviceWorkerRegistrationId],
        ["Source", worker.source.name],
      ].flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  }

  async renew() {}

  focus() {
    this.#start.focus();
  }

  /**
   * @param {string} title
   * @param {string} change
   */
  #button(title, change) {
    return h("button", {
      type: "button",
      onclick: () => this.perform({ kind: "worker", change }),
    }, title);
  }
}

export class DriveFetches {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};
  /** @type {Operation[]} */
  #running = [];

  #list = h("ul", { class: "takes" });
  element = h("div", { tabindex: "-1" }, h("h3", {}, "Background fetches that run"), this.#list);

  /**
   * @param {KnownWorker} _worker
   * @param {View} view
   */
  render(_worker, view) {
    fillOperations(this.#list, this.#running, view, {
      none: "None of this worker runs.",
      word: "Abort",
      act: (operation) => this.perform({ kind: "fetch-abort", id: operation.instanceId }),
    });
  }

  /** @param {KnownWorker} worker */
  async renew(worker) {
    this.#running = await openOperations(worker, "backgroundFetch", ["waiting", "running"]);
  }

  focus() {
    const button = this.#list.querySelector("button");
    (button ?? this.element).focus();
  }
}

/** @param {Operation} operation */
function kindOf({ service }) {
  return service === "backgroundSync" ? "sync" : "periodic-sync";
}

/**
 * @param {Operation} operation
 * @param {View} view
 */
function operationLink(operation, view) {
  return h(
    "span",
    { class: "what" },
    h(
      "a",
      { class: "inside", href: operationAddress(operation.id, view) },
      brief(operation.instanceId) || "(no tag)",
    ),
    h(
      "span",
      { class: "quiet" },
      ` ${operation.service === "periodicBackgroundSync" ? "periodic, " : ""}${
        stateText(operation)
      } since ${clock(operation.changedMicros, view.utc)}`,
    ),
  );
}

/**
 * Operations with what can be done to each.
 *
 * @param {HTMLElement} list
 * @param {Operation[]} operations
 * @param {View} view
 * @param {{none: string, word: string, act: (operation: Operation) => void}} deed
 */
function fillOperations(list, operations, view, { none, word, act }) {
  refill(
    list,
    [operations, view],
    () =>
      operations.length === 0
        ? [h("li", { class: "quiet" }, none)]
        : operations.map((operation) =>
          h(
            "li",
            { class: "line" },
            operationLink(operation, view),
            h("button", {
              type: "button",
              "data-key": operation.id,
              onclick: () => act(operation),
            }, word),
          )
        ),
  );
}
