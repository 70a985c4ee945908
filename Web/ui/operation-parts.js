// @ts-check
/** Lines and links that the details of operations are made of. */

/** @import { Finding, OffEvent, Operation, View } from "./types.d.ts" */
/** @import { Child } from "./dom.js" */

import { writeAddress } from "./address.js";
import { h } from "./dom.js";
import { unfiltered } from "./filter.js";
import { count } from "./format.js";
import { mark } from "./operation-cells.js";
import { duration, operationTitle, stateText, tone } from "./states.js";

/** So many are shown at once; a button brings the next. */
const mostAtOnce = 200;

/**
 * The view that shows an event in the list of its service.
 *
 * @param {number} id
 * @param {OffEvent["service"] | null} service null for the list of all
 * @param {View} view
 */
export function eventAddress(id, service, view) {
  return writeAddress({
    ...view,
    ...unfiltered,
    service,
    selected: id,
    operations: false,
    timeline: false,
    sort: null,
  });
}

/**
 * @param {number} id
 * @param {View} view
 */
export function operationAddress(id, view) {
  return writeAddress({
    ...view,
    operations: true,
    timeline: false,
    operation: id,
    selected: null,
    sort: null,
    // Beside the list of events its own choice may show none of it.
    ...view.operations ? {} : { ...unfiltered, service: null, states: [] },
  });
}

/**
 * An operation in a line, as a link to it.
 *
 * @param {Operation} operation
 * @param {View} view
 * @param {Child} [before]
 */
export function operationLine(operation, view, before = null) {
  return h(
    "p",
    { class: "operation-line" },
    before,
    h(
      "a",
      { class: "inside", href: operationAddress(operation.id, view) },
      mark(operation),
      operationTitle(operation),
    ),
    h("span", { class: `state ${tone(operation)}` }, stateText(operation)),
    h(
      "span",
      { class: "quiet" },
      [duration(operation), operation.course].filter((text) => text && text !== "–").join(" · "),
    ),
  );
}

/**
 * @param {number} id
 * @param {OffEvent["service"]} service
 * @param {View} view
 * @param {...Child} content
 */
export function eventLink(id, service, view, ...content) {
  return h("a", { class: "inside", href: eventAddress(id, service, view) }, ...content);
}

/**
 * A list of which only the beginning is made, until somebody asks for more.
 *
 * @template Item
 * @param {string} name its class
 * @param {Item[]} items
 * @param {(item: Item, index: number) => Node} element
 */
export function boundedList(name, items, element) {
  const list = h("ol", { class: name });
  let shown = 0;
  const more = h("button", { class: "more-rows", onclick: () => add() });
  const add = () => {
    const end = Math.min(items.length, shown + mostAtOnce);
    list.append(...items.slice(shown, end).map((item, index) => element(item, shown + index)));
    shown = end;
    more.hidden = shown === items.length;
    const next = Math.min(mostAtOnce, items.length - shown);
    more.textContent = `${count(next)} more of ${count(items.length)}`;
  };
  add();
  return h("div", {}, list, more);
}

/**
 * @param {Finding[]} findings
 * @param {Operation} operation
 * @param {View} view
 */
export function findingsSection(findings, operation, view) {
  return h(
    "section",
    { class: "findings" },
    ...findings.map((finding) =>
      findingArticle(finding, [
        ...(finding.events ?? []).length > 0 ? ["evidence "] : [],
        ...(finding.events ?? []).slice(0, 20).flatMap((id) => [
          eventLink(id, operation.service, view, `#${id}`),
          " ",
        ]),
      ])
    ),
  );
}

/**
 * @param {Finding} finding
 * @param {Child[]} proof
 */
export function findingArticle({ rule, severity, message, mend, reference }, proof) {
  return h(
    "article",
    { class: `finding ${severity}`, "aria-label": rule },
    h("p", {}, h("strong", {}, `⚠ ${severity}: `), message),
    mend && h("p", {}, mend),
    h(
      "p",
      { class: "quiet" },
      ...proof,
      isWeb(reference) &&
        h("a", { href: reference, target: "_blank", rel: "noreferrer" }, "reference"),
    ),
  );
}

/** @param {string | null} text */
function isWeb(text) {
  return text != null && /^https:\/\//.test(text);
}
