// @ts-check
/**
 * Whether this page is a saved report: here it is not. A report has `report/saved.js` in this one's
 * place, and `report/api.js` in that of `api.js`; all else is the same.
 */

/** @import { Report } from "./types.d.ts" */

/** @type {Report | null} */
export const report = null;

/** The present, in milliseconds; in a report the moment that it was saved at. */
export function now() {
  return Date.now();
}
