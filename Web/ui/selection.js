// @ts-check
/** Whether an event belongs to a selection, decided as the server does (EventSelection+Matching). */

/** @import { OffEvent, Selection, SelectionExpression } from "./types.d.ts" */

/** @type {Selection} what takes every event */
export const everything = {
  services: [],
  origins: [],
  hosts: [],
  sources: [],
  captures: [],
  outcomes: [],
  states: [],
  instances: [],
  names: [],
  scopes: [],
  isTrigger: null,
  pairs: [],
  sinceMicros: null,
  untilMicros: null,
  words: [],
  rest: [],
};

/**
 * @param {Selection} selection
 * @param {OffEvent} event
 * @returns {boolean}
 */
export function takes(selection, event) {
  return isOne(selection.services, event.service) && isOne(selection.sources, event.source.id) &&
    isOne(selection.captures, event.capture) && isOne(selection.outcomes, event.outcome) &&
    isOne(selection.states, event.operationState ?? null) &&
    isOne(selection.instances, event.instanceId) &&
    isOne(selection.names.map(lower), lower(event.eventName)) &&
    (selection.isTrigger == null || selection.isTrigger === (event.triggerId != null)) &&
    (selection.sinceMicros == null || event.timestampMicros >= selection.sinceMicros) &&
    (selection.untilMicros == null || event.timestampMicros <= selection.untilMicros) &&
    isThere(selection, event) && hasPairs(selection, event) && hasWords(selection, event) &&
    selection.rest.every((expression) => holds(expression, event));
}

/**
 * @param {SelectionExpression} expression
 * @param {OffEvent} event
 * @returns {boolean}
 */
function holds(expression, event) {
  if ("selection" in expression) return takes(expression.selection, event);
  if ("not" in expression) return !holds(expression.not, event);
  if ("any" in expression) return expression.any.some((part) => holds(part, event));
  return expression.all.every((part) => holds(part, event));
}

/**
 * @param {Selection | null} selection
 * @returns {boolean} whether it asks how far operations have come: what it takes changes with them
 */
export function asksForState(selection) {
  return selection != null && (selection.states.length > 0 || selection.rest.some(isOfStates));
}

/**
 * @param {SelectionExpression} expression
 * @returns {boolean}
 */
function isOfStates(expression) {
  if ("selection" in expression) return asksForState(expression.selection);
  if ("not" in expression) return isOfStates(expression.not);
  return ("any" in expression ? expression.any : expression.all).some(isOfStates);
}

/**
 * @param {string[]} values none: any will do
 * @param {string | null} value
 */
export function isOne(values, value) {
  return values.length === 0 || value != null && values.includes(value);
}

/**
 * @param {Selection} selection
 * @param {Pick<OffEvent, "origin" | "scope">} event
 */
export function isThere({ origins, hosts, scopes }, { origin, scope }) {
  const isOrigin = origins.length === 0 && hosts.length === 0 || origins.includes(origin) ||
    hosts.some((host) => isHost(host, origin));
  if (!isOrigin || scopes.length === 0) return isOrigin;
  return scopes.some((wanted) => scope === (wanted.startsWith("/") ? origin + wanted : wanted));
}

/**
 * @param {string} host
 * @param {string} origin
 */
function isHost(host, origin) {
  const scheme = origin.indexOf("://");
  const authority = scheme < 0 ? origin : origin.slice(scheme + 3);
  return authority === host || authority.startsWith(`${host}:`);
}

/**
 * @param {Selection} selection
 * @param {OffEvent} event
 */
function hasPairs({ pairs }, { eventMetadata }) {
  return pairs.every((pair) =>
    eventMetadata.some(({ key, value }) =>
      lower(key) === lower(pair.key) && lower(value) === lower(pair.value)
    )
  );
}

/**
 * Metadata is searched as it is written in JSON.
 *
 * @param {Selection} selection
 * @param {OffEvent} event
 */
function hasWords({ words }, event) {
  if (words.length === 0) return true;
  const metadata = event.eventMetadata.flatMap(({ key, value }) => [key, value]);
  const texts = [event.eventName, event.instanceId, ...metadata].map(lower);
  return words.every((word) => texts.some((text) => text.includes(lower(word))));
}

/** @param {string} text its ASCII letters in lower case, as SQLite compares */
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
