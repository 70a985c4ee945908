// @ts-check
/** Reads a filter, as FilterParser does: `not` binds closest, then what stands side by side, then `or`. */

/** @import { Term, Token } from "./filter-tokens.js" */

import { quoted, quotedValue, quotedWord, term } from "../ui/filter-text.js";
import { FilterFault } from "./filter-fault.js";
import { Tokens } from "./filter-tokens.js";

/** @typedef {{term: Term} | {not: Tree} | {all: Tree[]} | {any: Tree[]}} Tree */

const deepest = 6;
const most = 200;

/**
 * @param {string} text
 * @returns {Tree}
 */
export function tree(text) {
  return new Parser(text).parse();
}

class Parser {
  #depth = 0;
  #terms = 0;

  /** @param {string} text */
  constructor(text) {
    this.tokens = new Tokens(text);
    this.token = this.tokens.next();
  }

  #take() {
    const { token } = this;
    this.token = this.tokens.next();
    return token;
  }

  /** @param {Token["kind"]} kind */
  #isAt(kind) {
    return this.token?.kind === kind;
  }

  parse() {
    if (!this.token) return { all: [] };
    const tree = this.#alternatives();
    if (this.token) throw unopened(this.token);
    return tree;
  }

  /** @returns {Tree} */
  #alternatives() {
    const parts = [this.#conjunction(null)];
    while (this.token?.kind === "or") parts.push(this.#conjunction(this.#take()));
    const flat = parts.flatMap((part) => "any" in part ? part.any : [part]);
    return flat.length === 1 ? flat[0] : { any: flat };
  }

  /**
   * @param {Token | null} word the operator that a term has to follow
   * @returns {Tree}
   */
  #conjunction(word) {
    const parts = [this.#unary(word)];
    while (this.token && this.token.kind !== "or" && this.token.kind !== ")") {
      parts.push(this.#unary(this.token.kind === "and" ? this.#take() : null));
    }
    const flat = parts.flatMap((part) => "all" in part ? part.all : [part]);
    return flat.length === 1 ? flat[0] : { all: flat };
  }

  /**
   * @param {Token | null} word
   * @returns {Tree}
   */
  #unary(word) {
    const { token } = this;
    switch (token?.kind) {
      case "term":
        if (++this.#terms > most) {
          const detail = `The filter has more than ${most} terms.`;
          throw new FilterFault(detail, null, token.start, token.end);
        }
        this.#take();
        return { term: /** @type {Term} */ (token.term) };
      case "not":
        return this.#nested(() => ({ not: this.#unary(token) }));
      case "(":
        return this.#nested(() => this.#bracket(token));
    }
    if (token?.kind === ")" && this.#depth === 0 && !word) throw unopened(token);
    const end = this.tokens.signs.length;
    throw new FilterFault(
      word ? "A term has to follow here." : "A term is missing here.",
      'The words themselves are looked for in quotes: "or", "and", "not".',
      (word ?? token)?.start ?? end,
      (word ?? token)?.end ?? end,
    );
  }

  /** @param {() => Tree} read */
  #nested(read) {
    const token = /** @type {Token} */ (this.token);
    if (this.#depth === deepest) {
      const detail = `More than ${deepest} brackets or nots lie in one another here.`;
      throw new FilterFault(detail, null, token.start, token.end);
    }
    this.#depth++;
    this.#take();
    const tree = read();
    this.#depth--;
    return tree;
  }

  /** @param {Token} open */
  #bracket(open) {
    const hint = "Put the text in quotes, if it is to be looked for.";
    if (this.#isAt(")")) {
      const detail = "There is nothing in these brackets.";
      throw new FilterFault(detail, hint, open.start, this.token?.end ?? open.end);
    }
    const tree = this.#alternatives();
    if (!this.#isAt(")")) {
      const detail = "The bracket that is opened here is not closed.";
      throw new FilterFault(detail, hint, open.start, open.end);
    }
    this.#take();
    return tree;
  }
}

/** @param {Token} token */
function unopened({ start, end }) {
  const hint = "Take it away, or put the text in quotes.";
  return new FilterFault("Nothing opens the bracket that is closed here.", hint, start, end);
}

/**
 * In the language's own spelling.
 *
 * @param {Tree} tree
 * @returns {string}
 */
export function written(tree) {
  if ("term" in tree) return writtenTerm(tree.term);
  if ("not" in tree) {
    const { not } = tree;
    return `not ${"all" in not || "any" in not ? `(${written(not)})` : written(not)}`;
  }
  if ("any" in tree) return tree.any.map(written).join(" or ");
  return tree.all.map((part) => "any" in part ? `(${written(part)})` : written(part)).join(" ");
}

/** @param {Term} part */
function writtenTerm({ key, pair, value }) {
  if (key != null) return term(key, value);
  return pair == null ? quotedWord(value) : `${quoted(pair)}:${quotedValue(value)}`;
}
