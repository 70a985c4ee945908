// @ts-check
/** What the drawer's parts have in common. */

/** @import { KnownWorker, Operation, ServiceName, TriggerAction, View } from "./types.d.ts" */
/** @import { Child } from "./dom.js" */

import { ask } from "./api.js";
import { fill } from "./dom.js";
import { term } from "./filter-text.js";
import { noFilter, writeFilter } from "./language.js";

/**
 * A part of the drawer: what can be done to the worker that was chosen.
 *
 * @typedef {object} Part
 * @property {HTMLElement} element
 * @property {(worker: KnownWorker, view: View) => void} render
 * @property {(worker: KnownWorker) => Promise<void>} renew asks for what it lists
 *
 * @typedef {(action: TriggerAction) => void} Perform
 */

/** @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * What is shown already stays; else the focus stays on what has the same `data-key`.
 *
 * @param {Element} element
 * @param {unknown} state what the children are made of
 * @param {() => Child[]} children
 */
export function refill(element, state, children) {
  const text = JSON.stringify(state);
  if (shown.get(element) === text) return;
  shown.set(element, text);
  const { activeElement } = document;
  const key = element.contains(activeElement) ? activeElement?.getAttribute("data-key") : null;
  fill(element, ...children());
  if (key == null) return;
  const again = [...element.querySelectorAll("[data-key]")].find((other) =>
    other.getAttribute("data-key") === key
  );
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/**
 * The worker's events and operations, as a filter.
 *
 * @param {KnownWorker} worker
 * @param {ServiceName} service
 * @param {...string} rest further terms
 */
export function filterOf(worker, service, ...rest) {
  return writeFilter({
    ...noFilter,
    service,
    source: worker.source.id,
    rest: [term("scope", worker.scope), ...rest],
  });
}

/**
 * Its operations of which more is to come.
 *
 * @param {KnownWorker} worker
 * @param {ServiceName} service
 * @param {string[]} states
 * @returns {Promise<Operation[]>} the newest
 */
export async function openOperations(worker, service, states) {
  const parameters = new URLSearchParams({
    filter: filterOf(worker, service),
    state: states.join(),
    limit: "20",
  });
  return (await ask(`/operations?${parameters}`)).operations;
}
