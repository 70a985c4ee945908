// @ts-check
/** JSON as it came, indented and foldable: no number and no escape is changed by reading it. */

import { h } from "./dom.js";

/** Deeper or longer text is shown as it is. */
const deepest = 60;
const longest = 400_000;
/** Of longer text only the first level is open at first. */
const longestOpen = 20_000;
/** Members that are shown at a time. */
const portion = 400;

/**
 * @typedef {{open: string, close: string, members: {key: string | null, value: Value}[]}} Group
 * @typedef {string | Group} Value a scalar as it was written, or what stands in brackets
 */

/**
 * @param {string} text
 * @returns {Node | null} null if it is no object and no list, or too much of one
 */
export function jsonView(text) {
  if (!/^\s*[[{]/.test(text) || text.length > longest) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const root = parse(text);
  const opens = text.length > longestOpen ? 1 : deepest;
  if (root == null) return null;
  return h("div", { class: "json" }, node(null, root, "", opens));
}

/**
 * @param {string} text which is valid JSON
 * @returns {Value | null} null if it is too deep
 */
function parse(text) {
  /** @type {Group} */
  const root = { open: "", close: "", members: [] };
  /** @type {Group[]} */
  const stack = [root];
  /** @type {string | null} */
  let key = null;
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs)];
  for (const [index, [token]] of tokens.entries()) {
    const group = stack[stack.length - 1];
    if (token === "{" || token === "[") {
      /** @type {Group} */
      const inner = { open: token, close: token === "{" ? "}" : "]", members: [] };
      group.members.push({ key, value: inner });
      key = null;
      if (stack.push(inner) > deepest) return null;
    } else if (token === "}" || token === "]") stack.pop();
    else if (token === "," || token === ":") continue;
    else if (group.open === "{" && key == null && tokens[index + 1]?.[0] === ":") key = token;
    else {
      group.members.push({ key, value: token });
      key = null;
    }
  }
  return root.members[0].value;
}

/**
 * @param {string | null} key
 * @param {Value} value
 * @param {string} end a comma, but for the last
 * @param {number} opens so many levels are open at first
 * @returns {HTMLElement}
 */
function node(key, value, end, opens) {
  const name = key == null ? null : h("span", { class: "name" }, key, ": ");
  if (typeof value === "string") return h("div", {}, name, scalar(value), end);
  const { open, close, members } = value;
  if (members.length === 0) return h("div", {}, name, open + close + end);
  const word = open === "{" ? "member" : "item";
  const count = `${members.length} ${word}${members.length === 1 ? "" : "s"}`;
  const isOpen = opens > 0 && members.length <= portion;
  const inner = h("div", { class: "members" });
  // What is folded is made when it is looked at.
  const unfold = () => inner.firstChild || add(inner, members, 0, opens - 1);
  if (isOpen) unfold();
  return h(
    "details",
    { open: isOpen, ontoggle: (/** @type {Event} */ event) => event.isTrusted && unfold() },
    h("summary", {}, name, open, h("span", { class: "folded" }, ` ${count} ${close}${end}`)),
    inner,
    h("div", { class: "close" }, close + end),
  );
}

/**
 * @param {HTMLElement} inner
 * @param {Group["members"]} members
 * @param {number} start
 * @param {number} opens
 */
function add(inner, members, start, opens) {
  const last = members.length - 1;
  inner.append(
    ...members.slice(start, start + portion).map(({ key, value }, index) =>
      node(key, value, start + index < last ? "," : "", opens)
    ),
  );
  const rest = members.length - start - portion;
  if (rest <= 0) return;
  const more = h("button", {
    onclick: () => {
      more.remove();
      add(inner, members, start + portion, opens);
    },
  }, `${rest.toLocaleString("en")} more`);
  inner.append(more);
}

/** @param {string} text */
function scalar(text) {
  return h("span", { class: text.startsWith('"') ? "string" : "scalar" }, text);
}
