// @ts-check
/** The rows of a table, as elements. */

/** @import { OffEvent, Operation, Row, View } from "./types.d.ts" */
/** @import { Troubles } from "./troubles.js" */
/** @import { Column } from "./columns.js" */

import { eventCells, gapCells } from "./cells.js";
import { h } from "./dom.js";
import { operationCells } from "./operation-cells.js";

/**
 * @param {Row | null} row
 * @param {string} delta
 * @param {View} view
 * @param {Column[]} shown
 * @param {{select: (event: OffEvent) => void, selectOperation: (operation: Operation) => void,
 *   troubles: Troubles | null}} table
 */
export function rowElement(row, delta, view, shown, table) {
  if (!row) {
    const cell = h("div", { class: "cell", role: "gridcell" }, "…");
    return h("div", { role: "row", class: "row waiting" }, cell);
  }
  if (row.kind === "gap") {
    return h("div", { role: "row", class: "row gap" }, ...gapCells(row.gap, view, shown));
  }
  if (row.kind === "operation") {
    const { operation } = row;
    return h(
      "div",
      {
        role: "row",
        class: `row ${operation.outcome ?? ""}`,
        "data-operation": operation.id,
        onclick: () => table.selectOperation(operation),
      },
      ...operationCells(operation, view, shown, table.troubles?.of(operation.id) ?? null),
    );
  }
  const { event } = row;
  return h(
    "div",
    {
      role: "row",
      class: `row ${event.outcome ?? ""}`,
      "data-id": event.id,
      onclick: () => table.select(event),
    },
    ...eventCells(event, delta, view, shown, table.troubles?.shownBy(event) ?? null),
  );
}

/**
 * @param {Row | null} row
 * @returns {number | null} the number of its event or operation
 */
export function idOf(row) {
  if (row?.kind === "event") return row.event.id;
  return row?.kind === "operation" ? row.operation.id : null;
}

/**
 * @param {Row | null} row
 * @returns {number | null} the number of its operation
 */
export function operationOf(row) {
  if (row?.kind === "event") return row.event.operationId ?? null;
  return row?.kind === "operation" ? row.operation.id : null;
}

/** @param {Row} row */
export function momentOf(row) {
  if (row.kind === "event") return row.event.timestampMicros;
  return row.kind === "operation" ? row.operation.changedMicros : row.gap.fromMicros;
}
