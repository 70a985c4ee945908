// @ts-check
/** What a person has set for all pages. Where nothing may be kept it holds for this page alone. */

/**
 * @param {string} place
 * @returns {any} an empty object if there is nothing that can be read
 */
export function remembered(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} place
 * @param {unknown} value
 */
export function remember(place, value) {
  try {
    localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // A file that was opened in a sandbox has no storage.
  }
}
