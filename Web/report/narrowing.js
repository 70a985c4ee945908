// @ts-check
/** What a filter selects, put together as EventFilter+Selection does. */

/** @import { Selection, SelectionExpression } from "../ui/types.d.ts" */
/** @import { Tree } from "./filter-tree.js" */

import { everything } from "../ui/selection.js";
import { keys } from "./filter-keys.js";

/**
 * @param {Tree} tree
 * @returns {Selection}
 */
export function selectionOf(tree) {
  const selection = empty();
  for (const part of "all" in tree ? tree.all : [tree]) {
    const expression = expressionOf(part);
    if ("selection" in expression) narrow(selection, expression.selection);
    else selection.rest.push(expression);
  }
  return selection;
}

/**
 * @param {Tree} tree
 * @returns {SelectionExpression}
 */
function expressionOf(tree) {
  if ("term" in tree) return { selection: ofTerm(tree.term) };
  if ("not" in tree) return { not: expressionOf(tree.not) };
  if ("all" in tree) return { selection: selectionOf(tree) };
  const parts = tree.any.map(expressionOf);
  const united = unite(parts);
  return united ? { selection: united } : { any: parts };
}

/** @param {import("./filter-tokens.js").Term} term */
function ofTerm({ key, pair, value }) {
  const selection = empty();
  if (key != null) keys[key](selection, value);
  else if (pair != null) selection.pairs = [{ key: pair, value }];
  else if (value !== "") selection.words = [value];
  return selection;
}

/** @returns {Selection} what takes every event, to be changed */
function empty() {
  return { ...everything, pairs: [], words: [], rest: [] };
}

/**
 * Narrows it to what both take.
 *
 * @param {Selection} selection
 * @param {Selection} other
 */
export function narrow(selection, other) {
  for (const choice of choices) {
    if (choice.isOpen(other)) continue;
    if (choice.isOpen(selection)) choice.copy(other, selection);
    else if (!choice.meet(other, selection)) {
      // An event with one of two services and one of two others: two questions.
      const alone = empty();
      choice.copy(other, alone);
      selection.rest.push({ selection: alone });
    }
  }
  const { sinceMicros: since, untilMicros: until } = other;
  if (since != null) selection.sinceMicros = Math.max(selection.sinceMicros ?? since, since);
  if (until != null) selection.untilMicros = Math.min(selection.untilMicros ?? until, until);
  selection.pairs.push(...other.pairs);
  selection.words.push(...other.words);
  selection.rest.push(...other.rest);
}

/**
 * What any of these take, where they ask for values of one and the same kind.
 *
 * @param {SelectionExpression[]} expressions
 */
function unite(expressions) {
  const all = expressions.flatMap((part) => "selection" in part ? [part.selection] : []);
  const common = choices.find((choice) => all.every((selection) => isOnly(choice, selection)));
  if (all.length < expressions.length || !common) return null;
  const united = empty();
  return all.every((selection) => common.add(selection, united)) ? united : null;
}

/**
 * @typedef {object} Choice a kind of value of which an event has one
 * @property {(selection: Selection) => boolean} isOpen
 * @property {(from: Selection, to: Selection) => void} copy
 * @property {(other: Selection, mine: Selection) => boolean} meet leaves what both name; false where
 *   one list can't say that
 * @property {(other: Selection, mine: Selection) => boolean} add
 */

/**
 * @param {Choice} choice
 * @param {Selection} selection
 */
function isOnly(choice, selection) {
  const { sinceMicros, untilMicros, pairs, words, rest } = selection;
  return choices.every((each) => each.isOpen(selection) === (each !== choice)) &&
    sinceMicros == null && untilMicros == null && pairs.length + words.length + rest.length === 0;
}

/**
 * @param {"services" | "origins" | "hosts" | "sources" | "captures" | "outcomes" | "states"
 *   | "instances" | "names" | "scopes"} name
 * @param {boolean} [isExact] else different texts may stand for the same
 * @returns {Choice}
 */
function list(name, isExact = true) {
  return {
    isOpen: (selection) => selection[name].length === 0,
    copy: (from, to) => to[name] = from[name],
    meet(other, mine) {
      const both = mine[name].filter((value) => other[name].includes(value));
      const isSaid = isExact ? both.length > 0 : both.length === mine[name].length;
      if (isSaid) mine[name] = both;
      return isSaid;
    },
    add(other, mine) {
      mine[name] = [...new Set([...mine[name], ...other[name]])];
      return true;
    },
  };
}

/** Origins and hosts: either will do. */
function places() {
  const [origins, hosts] = [list("origins"), list("hosts", false)];
  /** @type {Choice} */
  const choice = {
    isOpen: (selection) => origins.isOpen(selection) && hosts.isOpen(selection),
    copy(from, to) {
      origins.copy(from, to);
      hosts.copy(from, to);
    },
    meet(other, mine) {
      if (hosts.isOpen(other) && hosts.isOpen(mine)) return origins.meet(other, mine);
      return origins.isOpen(other) && origins.isOpen(mine) && hosts.meet(other, mine);
    },
    add: (other, mine) => origins.add(other, mine) && hosts.add(other, mine),
  };
  return choice;
}

/** @type {Choice} */
const trigger = {
  isOpen: ({ isTrigger }) => isTrigger == null,
  copy: (from, to) => to.isTrigger = from.isTrigger,
  meet: (other, mine) => other.isTrigger === mine.isTrigger,
  add(other, mine) {
    mine.isTrigger ??= other.isTrigger;
    return mine.isTrigger === other.isTrigger;
  },
};

/** @type {Choice[]} */
const choices = [
  list("services"),
  places(),
  list("sources"),
  list("captures"),
  list("outcomes"),
  list("states"),
  list("instances"),
  list("names", false),
  list("scopes", false),
  trigger,
];
