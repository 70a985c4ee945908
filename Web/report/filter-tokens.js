// @ts-check
/** Cuts a filter into its parts, as FilterLexer does. */

import { everything } from "../ui/selection.js";
import { FilterFault } from "./filter-fault.js";
import { keys, Unknown } from "./filter-keys.js";

/**
 * @typedef {{key: string | null, pair: string | null, value: string}} Term a word has neither key
 * @typedef {object} Token
 * @property {"term" | "and" | "or" | "not" | "(" | ")"} kind
 * @property {Term} [term]
 * @property {number} start in Unicode characters
 * @property {number} end
 */

const longest = 4096;

/** @param {string | undefined} sign */
const isSpace = (sign) => sign != null && /^\p{White_Space}$/u.test(sign);

export class Tokens {
  #place = 0;

  /** @param {string} text */
  constructor(text) {
    this.signs = [...text];
    if (this.signs.length > longest) {
      const detail = `The filter has more than ${longest} characters.`;
      throw new FilterFault(detail, null, longest, longest + 1);
    }
  }

  get #sign() {
    return this.signs[this.#place];
  }

  /** @param {string | undefined} sign */
  #isEnd(sign) {
    return sign == null || isSpace(sign) || sign === ")";
  }

  /** @returns {Token | null} */
  next() {
    while (isSpace(this.#sign)) this.#place++;
    const start = this.#place;
    const sign = this.#sign;
    if (sign == null) return null;
    if (sign === "(" || sign === ")") {
      this.#place++;
      return { kind: sign, start, end: this.#place };
    }
    if (sign === "-" && !this.#isEnd(this.signs[start + 1])) {
      this.#place++;
      return { kind: "not", start, end: this.#place };
    }
    return sign === '"' ? this.#quoted(start) : this.#plain(start);
  }

  /** @param {number} start */
  #quoted(start) {
    const first = this.#quotation();
    if (this.#sign !== ":") {
      this.#expectEnd();
      return this.#term({ key: null, pair: null, value: first }, start);
    }
    this.#place++;
    return this.#term({ key: null, pair: first, value: this.#value(`"${first}"`, start) }, start);
  }

  #quotation() {
    const start = this.#place++;
    let content = "";
    while (this.#sign != null && this.#sign !== '"') {
      if (this.#sign === "\\" && this.signs[this.#place + 1] != null) this.#place++;
      content += this.#sign;
      this.#place++;
    }
    if (this.#sign == null) {
      throw new FilterFault(
        "The quotation that begins here has no end.",
        'Write a " at its end, and \\" for a quote inside of it.',
        start,
        this.signs.length,
      );
    }
    this.#place++;
    return content;
  }

  #expectEnd() {
    if (this.#isEnd(this.#sign)) return;
    throw new FilterFault(
      "A space has to follow the end of a quotation.",
      'Write \\" for a quote inside of it.',
      this.#place,
      this.#place + 1,
    );
  }

  /**
   * @param {number} start
   * @returns {Token}
   */
  #plain(start) {
    const run = this.#run();
    const operator = /^(and|or|not|AND|OR|NOT)$/.test(run);
    const kind = /** @type {"and" | "or" | "not"} */ (run.toLowerCase());
    if (operator && this.#sign !== '"') return { kind, start, end: this.#place };
    if (this.#sign === "(") throw this.#inside("A bracket can't stand inside of a term.");
    const [, key] = /^(\p{Alphabetic}[^:]*):/u.exec(run) ?? [];
    if (key != null && (Object.hasOwn(keys, key) || !run.slice(key.length).startsWith("://"))) {
      this.#place = start + [...key].length + 1;
      const value = this.#value(key, start);
      const isKnown = Object.hasOwn(keys, key);
      if (isKnown) this.#check(key, value, start + [...key].length + 1);
      const name = isKnown ? { key, pair: null } : { key: null, pair: key };
      return this.#term({ ...name, value }, start);
    }
    if (this.#sign === '"') throw this.#inside("A quote can't stand inside of a word.");
    return this.#term({ key: null, pair: null, value: run }, start);
  }

  #run() {
    let run = "";
    for (; !this.#isEnd(this.#sign) && this.#sign !== "(" && this.#sign !== '"'; this.#place++) {
      run += this.#sign;
    }
    return run;
  }

  /**
   * @param {string} key
   * @param {number} start
   */
  #value(key, start) {
    if (this.#sign === '"') {
      const value = this.#quotation();
      this.#expectEnd();
      return value;
    }
    const run = this.#run();
    if (this.#sign === "(" || this.#sign === '"') {
      throw this.#inside(
        "What is looked for has a bracket or a quote in it, and is not in quotes.",
      );
    }
    if (run === "") {
      const detail = `Nothing follows “${key}:”.`;
      const hint = 'What is looked for stands behind the colon at once; "" is an empty text.';
      throw new FilterFault(detail, hint, start, this.#place);
    }
    return run;
  }

  /**
   * @param {string} key
   * @param {string} value
   * @param {number} start
   */
  #check(key, value, start) {
    try {
      keys[key]({ ...everything }, value);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      throw new FilterFault(error.message, error.hint, start, this.#place);
    }
  }

  /**
   * @param {Term} term
   * @param {number} start
   * @returns {Token}
   */
  #term(term, start) {
    return { kind: "term", term, start, end: this.#place };
  }

  /** @param {string} detail */
  #inside(detail) {
    return new FilterFault(detail, "Put the whole in quotes.", this.#place, this.#place + 1);
  }
}
