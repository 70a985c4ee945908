// @ts-check
/** The saved events, and what else the pages ask for. */

/** @import { InstanceSpan, OffEvent } from "../ui/types.d.ts" */

import { iso, saved, sourceName, text } from "./data.js";
import { operationNumber, operations } from "./saved-operations.js";

export const { report, sources, gaps } = saved;

export function now() {
  return report.createdMicros / 1000;
}

/** @type {OffEvent[]} in order of time */
export const events = saved.events.map((event, index) => {
  const [micros, received, service, name, instance, origin, key, registration, scope, pairs] =
    event;
  const [source, capture, outcome] = event.slice(10);
  const [operation, trigger] = event.slice(16);
  const operationId = operationNumber(operation);
  return {
    id: index + 1,
    timestamp: iso(micros),
    timestampMicros: micros,
    receivedMicros: received,
    service: saved.services[service],
    eventName: saved.texts[name],
    instanceId: saved.texts[instance],
    origin: saved.texts[origin],
    storageKey: text(key),
    serviceWorkerRegistrationId: saved.texts[registration],
    scope: text(scope),
    eventMetadata: Array.from({ length: pairs.length / 2 }, (_, pair) => ({
      key: saved.texts[pairs[pair * 2]],
      value: saved.texts[pairs[pair * 2 + 1]],
    })),
    source: sourceName(source),
    capture: saved.texts[capture],
    outcome: /** @type {OffEvent["outcome"]} */ (text(outcome)),
    operationId,
    operationState: operationId == null ? null : operations[operationId - 1].state,
    ...trigger == null ? {} : { triggerId: trigger },
  };
});

/** @type {Map<number, OffEvent[]>} by their operations */
const byOperation = new Map();
for (const event of events) {
  if (event.operationId == null) continue;
  const known = byOperation.get(event.operationId);
  if (known) known.push(event);
  else byOperation.set(event.operationId, [event]);
}

/** @param {number} id of an operation; those of its events that are saved, in order of time */
export function eventsOf(id) {
  return byOperation.get(id) ?? [];
}

/** @param {number} id of an event */
export function workerOf(id) {
  const [script, entries] = saved.events[id - 1].slice(14);
  return { script: text(script), worker: workerEntries(entries) };
}

/** @param {number[]} entries */
export function workerEntries(entries) {
  return entries.map((entry) => saved.worker[entry]);
}

/** @param {number} id of an event; the index of its instance's span, or null */
export function spanOf(id) {
  return /** @type {number | null} */ (saved.events[id - 1][13]);
}

/** @type {InstanceSpan[]} in order of their first events */
export const spans = saved.spans.map(
  ([source, service, origin, instance, first, last, count, outcome, eventId]) => ({
    source: sourceName(source),
    service: saved.services[service],
    origin: saved.texts[origin],
    instanceId: saved.texts[instance],
    firstMicros: first,
    lastMicros: last,
    events: count,
    outcome: /** @type {InstanceSpan["outcome"]} */ (text(outcome)),
    eventId,
  }),
);
