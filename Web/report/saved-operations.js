// @ts-check
/** The saved operations, in the order in which they began. Their numbers are this report's own. */

/** @import { Operation } from "../ui/types.d.ts" */

import { iso, saved, sourceName, text } from "./data.js";

/** By when they began; what began at once stays in the order of its events. */
const rows = saved.operations.map((row, saved) => ({ row, saved })).filter(({ row }) =>
  row.length > 0
).sort((a, b) => a.row[5] - b.row[5]);

/** By their places in what is saved. */
const numbers = new Map(rows.map(({ saved }, index) => [saved, index + 1]));

/** @param {number | null} place in what is saved */
export function operationNumber(place) {
  return place == null ? null : numbers.get(place) ?? null;
}

/** @type {Operation[]} */
export const operations = rows.map(({ row }, index) => {
  const [service, instance, state, outcome, next, began, changed, counts, course, marks] = row;
  const [origin, key, registration, scope, source] = row.slice(10);
  const [events, attempts, answers, failures, total] = counts;
  return {
    id: index + 1,
    service: saved.services[service],
    instanceId: saved.texts[instance],
    state: saved.texts[state],
    isOpen: (marks & 8) !== 0,
    outcome: /** @type {Operation["outcome"]} */ (text(outcome)),
    began: iso(began),
    beganMicros: began,
    changed: iso(changed),
    changedMicros: changed,
    next: next == null ? null : iso(next),
    events,
    attempts,
    answers,
    failures,
    total,
    course: saved.texts[course],
    isTruncated: (marks & 1) !== 0,
    hadLastChance: (marks & 2) !== 0,
    wasReregistered: (marks & 4) !== 0,
    origin: saved.texts[origin],
    storageKey: text(key),
    serviceWorkerRegistrationId: saved.texts[registration],
    scope: text(scope),
    source: sourceName(source),
  };
});

/**
 * @param {number} place in what is saved
 * @param {number[]} links each what it is, and how far from there the other one is saved
 */
function linksFrom(place, links) {
  return Array.from({ length: links.length / 2 }, (_, link) => ({
    words: links[link * 2],
    operation: operationNumber(place + links[link * 2 + 1]),
  })).filter(({ operation }) => operation != null);
}

/**
 * What is saved of an operation beside what a list shows of it.
 *
 * @param {number} id
 */
export function savedScene(id) {
  const { row, saved: place } = rows[id - 1];
  const [watched, runs, requests, links, findings, gaps, worker, shown] = row.slice(15);
  return {
    isStalled: (row[9] & 16) !== 0,
    watchedMicros: /** @type {number} */ (watched),
    runs: /** @type {any[][]} */ (runs),
    requests: /** @type {any[][]} */ (requests),
    links: linksFrom(place, links),
    findings: /** @type {any[][]} */ (findings),
    gaps: /** @type {number[]} */ (gaps),
    worker: /** @type {number[]} */ (worker),
    shown: /** @type {number[]} */ (shown),
  };
}
