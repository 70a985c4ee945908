// @ts-check

/** @import { FilterMistake } from "../ui/types.d.ts" */

/** What of a filter can't be taken, and where it stands. */
export class FilterFault extends Error {
  /**
   * @param {string} detail
   * @param {string | null} hint
   * @param {number} start in Unicode characters
   * @param {number} end
   */
  constructor(detail, hint, start, end) {
    super(detail);
    /** @type {FilterMistake} */
    this.mistake = { detail, hint, position: start, length: end - start };
  }
}
