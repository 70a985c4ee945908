// @ts-check
/** What is saved in this page, as it was written into it. */

/** @import { Finding, Gap, Report, ServiceName, ShownNotification, Source, WorkerEntry } from "../ui/types.d.ts" */

/**
 * @typedef {object} FindingBeside
 * @property {Finding} finding
 * @property {number} fromMicros
 * @property {number | null} toMicros
 */

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
 * @property {any[][]} operations in order of their first events; one that is gone is empty
 * @property {number[][]} rules what findings, and links, say that others say too
 * @property {Gap[]} near gaps that touch operations
 * @property {ShownNotification[]} shown
 * @property {FindingBeside[]} elsewhere warnings and errors of no operation, in order of time
 */

/** @type {Saved} */
export const saved = JSON.parse(document.getElementById("report")?.textContent ?? "");

/** @param {number | null} number */
export function text(number) {
  return number == null ? null : saved.texts[number];
}

/** @param {number} micros */
export function iso(micros) {
  const seconds = Math.floor(micros / 1e6);
  const rest = String(micros - seconds * 1e6).padStart(6, "0");
  return new Date(seconds * 1000).toISOString().replace(".000Z", `.${rest}Z`);
}

/** @param {number} number */
export function sourceName(number) {
  const { id, name } = saved.sources[number];
  return { id, name };
}
