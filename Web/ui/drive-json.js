// @ts-check
/** Where a text stops being JSON. Browsers word `JSON.parse`'s mistakes each in their own way. */

/**
 * @typedef {object} JSONMistake
 * @property {number} position in UTF-16 units, as a text area counts
 * @property {number} line from 1
 * @property {number} column from 1
 * @property {string} wanted what could stand there
 */

/** All but quotes, backslashes and control characters. */
const plain = String.raw`[ !#-\[\]-\uffff]*`;
const escaped = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;
const content = `"${plain}(?:${escaped}${plain})*`;
const string = new RegExp(`${content}"`, "y");
/** As far as it goes. */
const begunString = new RegExp(content, "y");
const value = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[ \t\n\r]*/y;

/**
 * @param {string} text
 * @returns {JSONMistake | null} null for what is JSON
 */
export function jsonMistake(text) {
  /** @type {string[]} what closes what is open */
  const open = [];
  let at = 0;
  /** @type {"value" | "first value" | "first name" | "name" | "colon" | "rest"} */
  let next = "value";
  const take = (/** @type {RegExp} */ pattern) => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    if (length != null) at += length;
    return length != null;
  };
  const fail = (/** @type {string} */ wanted) => mistake(text, at, wanted);
  for (;;) {
    take(space);
    const sign = text[at];
    const closes = sign != null && sign === open.at(-1);
    if (closes && (next === "rest" || next === "first value" || next === "first name")) {
      open.pop();
      at++;
      next = "rest";
    } else if (next === "rest") {
      const close = open.at(-1);
      if (close == null) return sign == null ? null : fail("the end");
      if (sign !== ",") return fail(`“,” or “${close}”`);
      at++;
      next = close === "}" ? "name" : "value";
    } else if (next === "colon") {
      if (sign !== ":") return fail("“:”");
      at++;
      next = "value";
    } else if (next === "name" || next === "first name") {
      if (!take(string)) return sign === '"' ? unfinished() : fail(namesWanted[next]);
      next = "colon";
    } else if (sign === "{" || sign === "[") {
      open.push(sign === "{" ? "}" : "]");
      at++;
      next = sign === "{" ? "first name" : "first value";
    } else {
      if (!take(string) && !take(value)) return sign === '"' ? unfinished() : fail("a value");
      next = "rest";
    }
  }

  function unfinished() {
    take(begunString);
    const sign = text[at];
    if (sign == null) return fail('“"”');
    return fail(sign === "\\" ? "an escape such as “\\n”" : "no control character, but “\\n”");
  }
}

const namesWanted = { "name": "a name in quotes", "first name": "a name in quotes, or “}”" };

/**
 * @param {string} text
 * @param {number} position
 * @param {string} wanted
 */
function mistake(text, position, wanted) {
  const before = text.slice(0, position).split("\n");
  return { position, line: before.length, column: (before.at(-1) ?? "").length + 1, wanted };
}
