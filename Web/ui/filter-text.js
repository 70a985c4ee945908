// @ts-check
/** How the filter language writes terms. */

/**
 * @param {string} key
 * @param {string} value
 */
export function term(key, value) {
  return `${key}:${quotedValue(value)}`;
}

/** @param {string} value */
export function quotedValue(value) {
  return isPlainValue.test(value) ? value : quoted(value);
}

/** @param {string} word */
export function quotedWord(word) {
  return isPlainWord.test(word) ? word : quoted(word);
}

/** @param {string} text */
export function quoted(text) {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

const isPlainValue = /^(?!\/\/)[^\s"()\\\u0085]+$/;
const isPlainWord = /^(?!-|(and|or|not|AND|OR|NOT)$)(https?:\/\/)?[^\s"():\\\u0085]+$/;
