// @ts-check
/** What is saved in this page, as it was written into it. */

/** @import { Gap, OffEvent, Report, ServiceName, Source, WorkerEntry } from "../ui/types.d.ts" */
/** @import { InstanceSpan } from "../ui/types.d.ts" */

/**
 * Texts are numbers: those of `texts`. Sources and services are numbers too.
 *
 * @typedef {object} Saved
 * @property {Report} report
 * @property {string[]} texts
 * @property {Source[]} sources
 * @property {ServiceName[]} services
 * @property {any[][]} events in order of time
 * @property {any[][]} spans
 * @property {Gap[]} gaps
 * @property {WorkerEntry[]} worker
 */

/** @type {Saved} */
const saved = JSON.parse(document.getElementById("report")?.textContent ?? "");

export const { report, sources, gaps } = saved;

export function now() {
  return report.createdMicros / 1000;
}

/** @param {number | null} number */
const text = (number) => number == null ? null : saved.texts[number];

/** @param {number} micros */
function iso(micros) {
  const seconds = Math.floor(micros / 1e6);
  const rest = String(micros - seconds * 1e6).padStart(6, "0");
  return new Date(seconds * 1000).toISOString().replace(".000Z", `.${rest}Z`);
}

/** @type {OffEvent[]} in order of time */
export const events = saved.events.map((event, index) => {
  const [micros, received, service, name, instance, origin, key, registration, scope, pairs] =
    event;
  const [source, capture, outcome] = event.slice(10);
  const { id, name: sourceName } = sources[source];
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
    source: { id, name: sourceName },
    capture: saved.texts[capture],
    outcome: /** @type {OffEvent["outcome"]} */ (text(outcome)),
  };
});

/** @param {number} id of an event */
export function workerOf(id) {
  const [script, entries] = saved.events[id - 1].slice(14);
  return {
    script: text(script),
    worker: (/** @type {number[]} */ (entries)).map((entry) => saved.worker[entry]),
  };
}

/** @param {number} id of an event; the index of its instance's span, or null */
export function spanOf(id) {
  return /** @type {number | null} */ (saved.events[id - 1][13]);
}

/** @type {InstanceSpan[]} in order of their first events */
export const spans = saved.spans.map(
  ([source, service, origin, instance, first, last, count, outcome, eventId]) => ({
    source: { id: sources[source].id, name: sources[source].name },
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
