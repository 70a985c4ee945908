// @ts-check
/** What the keys do. `?` shows them (dialogs.js has their list). */

import { showKeys } from "./dialogs.js";
import { services } from "./services.js";

/**
 * A list that the keys go through.
 *
 * @typedef {object} Rows
 * @property {(step: number) => void} step
 * @property {number} pageRows how many rows a page of the screen has
 * @property {() => void} first
 * @property {() => void} last
 * @property {() => void} focusRows
 * @property {() => void} showColumns
 * @property {boolean} isFollowing
 * @property {(isFollowing: boolean) => void} setFollowing
 */

/**
 * What a page lets the keys do.
 *
 * @typedef {object} Actions
 * @property {() => void} record
 * @property {() => void} filter
 * @property {() => Rows} rows
 * @property {(name: import("./types.d.ts").ServiceName | null) => void} pane
 * @property {() => void} close
 * @property {() => void} order
 * @property {() => void} zone
 * @property {() => void} micros
 * @property {() => void} copy
 * @property {() => boolean} isOpen
 * @property {() => void} timeline
 * @property {() => void} drive
 * @property {() => void} operations
 * @property {(event: KeyboardEvent) => boolean} press whether the pane takes the key for itself
 */

/** Keys that scroll what has the focus. */
const scrolling = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"];

/** @param {Actions} actions */
export function listenToKeys(actions) {
  let isAfterG = false;
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === "e") {
      event.preventDefault();
      if (!event.repeat) actions.record();
      return;
    }
    if (isCommand || event.altKey) return;
    const { target } = event;
    if (target instanceof HTMLTextAreaElement) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
      if (event.key === "Escape") actions.rows().focusRows();
      return;
    }
    const place = target instanceof Element ? target : document.body;
    if (scrolling.includes(event.key) && place.closest("off-details, off-drive")) return;
    if (!isAfterG && actions.press(event)) return event.preventDefault();
    const act = isAfterG ? goes(actions, event.key) : acts(actions, event.key, place);
    isAfterG = !isAfterG && event.key === "g";
    if (isAfterG) return event.preventDefault();
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/**
 * @param {Actions} actions
 * @param {string} key
 * @returns {(() => void) | undefined}
 */
function goes(actions, key) {
  if (key === "a") return () => actions.pane(null);
  if (key === "t") return actions.timeline;
  if (key === "o") return actions.operations;
  const found = services.find((service) => service.key === key);
  return found && (() => actions.pane(found.name));
}

/**
 * @param {Actions} actions
 * @param {string} key
 * @param {Element} place
 * @returns {(() => void) | undefined}
 */
function acts(actions, key, place) {
  switch (key) {
    case "/":
      return actions.filter;
    case "?":
      return showKeys;
    case "j":
    case "ArrowDown":
      return () => actions.rows().step(1);
    case "k":
    case "ArrowUp":
      return () => actions.rows().step(-1);
    case "PageDown":
      return () => actions.rows().step(actions.rows().pageRows);
    case "PageUp":
      return () => actions.rows().step(-actions.rows().pageRows);
    case "Home":
      return () => actions.rows().first();
    case "End":
      return () => actions.rows().last();
    case "Enter":
      // A button or a link with the focus has the key for itself.
      return place.closest("button, a, summary") || actions.isOpen()
        ? undefined
        : () => actions.rows().step(1);
    case "Escape":
      return actions.close;
    case "f":
      return () => actions.rows().setFollowing(!actions.rows().isFollowing);
    case "o":
      return actions.order;
    case "m":
      return actions.micros;
    case "d":
      return actions.drive;
    case "v":
      return () => actions.rows().showColumns();
    case "u":
      return actions.zone;
    case "c":
      return actions.isOpen() ? actions.copy : undefined;
  }
}
