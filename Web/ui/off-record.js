// @ts-check
/** Whether the browser records what the pane shows, how long it will, and the button for it. */

/** @import { ServiceStatus, View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { isSource } from "./matching.js";
import { length } from "./format.js";
import { isRecorded, recording } from "./off-nav.js";
import { service, services } from "./services.js";

export class OffRecord extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {(wanted: boolean) => void} */
  record = () => {};

  #dot = h("span", { class: "dot" });
  #text = h("span");
  #button = h("button", { class: "record", onclick: () => this.#press() }, this.#dot, this.#text);
  #lease = h("span", { class: "lease" });

  connectedCallback() {
    fill(this, this.#button, this.#lease);
  }

  press() {
    this.#button.click();
  }

  #press() {
    this.record(this.#button.getAttribute("aria-pressed") !== "true");
  }

  render() {
    const { view } = this;
    if (!view) return;
    const mine = this.statuses.filter((status) =>
      (!view.service || status.service === view.service) &&
      (!view.source || isSource(status.source, view.source))
    );
    const canRecord = mine.some(({ isRecordable }) => isRecordable);
    const isOn = canRecord && recording(mine) !== "off";
    const recorded = new Set(mine.filter(isRecorded).map((status) => status.service)).size;
    const isSome = recorded > 0 && !isOn;
    this.#dot.className = `dot ${recorded > 0 ? "on" : isOn ? "idle" : "off"}`;
    this.#text.textContent = isSome && !view.service
      ? `Recording ${recorded} of ${services.length}`
      : recorded > 0
      ? "Recording"
      : isOn
      ? "Set to record"
      : "Record";
    const what = service(view.service)?.title ?? "everything";
    const text = lease(mine);
    this.#button.setAttribute("aria-pressed", isSome ? "mixed" : String(isOn));
    this.#button.title = `${isOn ? "Stop recording" : "Record"} ${what} (Ctrl+E)${
      text && `: ${text}`
    }`;
    this.#button.disabled = !canRecord;
    this.#lease.textContent = text;
  }
}

/**
 * Why nothing is recorded.
 *
 * @param {ServiceStatus[]} statuses
 */
function rest(statuses) {
  const held = statuses.filter(({ isHeld }) => isHeld);
  if (held.length === 0) return statuses.length > 0 ? "no recorder at work" : "";
  return held.some(({ wanted }) => wanted) ? "not recorded at the moment" : "recording is off";
}

/** @param {ServiceStatus[]} statuses */
function lease(statuses) {
  const recorded = statuses.filter(isRecorded);
  if (recorded.length === 0) return rest(statuses);
  const ends = recorded.map(({ lease }) => lease?.expiresMicros ?? 0).filter((micros) =>
    micros > 0
  );
  if (ends.length === 0) return "";
  const left = Math.min(...ends) - Date.now() * 1000;
  return left > 0 ? `recorded for another ${length(left)}, renewed daily` : "the lease has run out";
}
