// @ts-check
/** The course of an operation along a line: attempts of a sync, the path of a push, steps of others. */

/** @import { OffEvent, Operation, OperationRun, OperationScene, View } from "./types.d.ts" */
/** @import { Child } from "./dom.js" */

import { telling } from "./cells.js";
import { h } from "./dom.js";
import { clock, day, length } from "./format.js";
import { mark } from "./operation-cells.js";
import { boundedList, eventLink, operationAddress } from "./operation-parts.js";
import { nextMicros, operationTitle, stateText, tone, until } from "./states.js";

/**
 * @typedef {object} Step
 * @property {number} micros
 * @property {number} [endMicros]
 * @property {string} tone
 * @property {string} sign
 * @property {Child[]} content
 * @property {number | null} [plannedMicros] when the browser meant to make the next attempt
 * @property {boolean} [isPlanned] it has not come to pass
 * @property {boolean} [isBeside] of another operation
 */

/**
 * Each attempt with what came of it, and how long the browser waited for the next.
 *
 * @param {OperationScene} scene
 * @param {View} view
 */
export function ladder({ operation, runs, events }, view) {
  const inRuns = new Set(runs.flatMap(({ eventIds }) => eventIds));
  const others = events.filter(({ id }) => !inRuns.has(id));
  const longest = Math.max(1, ...runs.slice(0, 10_000).map(lasted));
  const steps = [
    ...others.map((event) => eventStep(event, view)),
    ...runs.map((run, index) => runStep(run, index, longest, operation, view)),
    ...planned(operation),
  ];
  return line("ladder", steps, operation, view);
}

/**
 * Each event, and what other operations show of it.
 *
 * @param {OperationScene} scene
 * @param {View} view
 */
export function path(scene, view) {
  const { operation, events, links } = scene;
  const shown = links.filter((link) => isInPath(scene, link))
    .map(({ sentence, operation: other }) => linkStep(sentence, other, view));
  const steps = [
    ...(scene.push?.hops ?? []).map(hopStep),
    ...events.map((event) => eventStep(event, view)),
    ...shown,
    ...planned(operation),
  ];
  return line("path", steps, operation, view);
}

/**
 * What the push service did with a message: no event of the browser's.
 *
 * @param {{ name: string; micros: number }} hop
 * @returns {Step}
 */
function hopStep({ name, micros }) {
  return { micros, tone: "", sign: "○", content: [name] };
}

/**
 * What came of an operation stands between its own steps.
 *
 * @param {OperationScene} scene
 * @param {OperationScene["links"][number]} link
 */
export function isInPath({ operation }, { kind }) {
  const hasPath = ["pushMessaging", "notifications", "paymentHandler"].includes(operation.service);
  return hasPath && (kind === "showed" || kind === "registered");
}

/**
 * @param {string} name
 * @param {Step[]} steps
 * @param {Operation} operation
 * @param {View} view
 */
function line(name, steps, operation, view) {
  if (steps.length === 0) return [h("p", { class: "quiet" }, "Nothing of it is in the log.")];
  steps.sort((a, b) => a.micros - b.micros);
  const isLong = steps[steps.length - 1].micros - operation.beganMicros > 12 * 36e8;
  return [
    boundedList(`course ${name}`, steps, (step, index) =>
      h(
        "li",
        {
          class: ["step", step.tone, step.isPlanned && "planned", step.isBeside && "beside"]
            .filter(Boolean).join(" "),
        },
        index > 0 && h("span", { class: "wait" }, wait(steps[index - 1], step)),
        h("span", { class: "sign", "aria-hidden": "true" }, step.sign),
        h(
          "span",
          { class: "at" },
          isLong && `${day(step.micros, view.utc).slice(5)} `,
          clock(step.micros, view.utc, view.micros),
        ),
        h("span", { class: "what" }, ...step.content),
      )),
  ];
}

/**
 * @param {Step} before
 * @param {Step} step
 */
function wait(before, step) {
  const from = before.endMicros ?? before.micros;
  const plan = before.plannedMicros;
  const waited = step.micros - from;
  if (step.isPlanned) return waited > 0 ? `${length(waited)}, planned` : "";
  if (plan == null) return waited > 0 ? length(waited) : waited < 0 ? "meanwhile" : "";
  // What was waited differs from the plan by timers, or because the machine slept or was offline.
  const isAsPlanned = Math.abs(step.micros - plan) < Math.max(1e6, (plan - from) * 0.05);
  return isAsPlanned
    ? `${length(waited)}, as planned`
    : `${length(waited)}, planned were ${length(plan - from)}`;
}

/**
 * @param {OffEvent} event
 * @param {View} view
 * @returns {Step}
 */
function eventStep(event, view) {
  // Of what went well the sign says enough.
  const said = event.outcome === "ok" ? "" : telling(event);
  const sign = event.outcome === "failed" ? "✕" : event.outcome === "ok" ? "✓" : "●";
  return {
    micros: event.timestampMicros,
    tone: event.outcome ?? "",
    sign,
    content: [
      eventLink(event.id, event.service, view, event.eventName),
      said && h("span", { class: "said" }, said),
    ],
  };
}

/**
 * @param {OperationRun} run
 * @param {number} index
 * @param {number} longest
 * @param {Operation} operation
 * @param {View} view
 * @returns {Step}
 */
function runStep(run, index, longest, operation, view) {
  const bar = h("span", { class: "span" });
  bar.style.width = `${(lasted(run) / longest * 100).toFixed(2)}%`;
  const isOver = run.toMicros != null;
  const sign = run.outcome === "failed" ? "✕" : run.outcome === "ok" ? "✓" : isOver ? "●" : "▶";
  return {
    micros: run.fromMicros,
    endMicros: run.toMicros ?? undefined,
    plannedMicros: run.nextMicros,
    tone: run.outcome ?? "",
    sign,
    content: [
      eventLink(
        run.eventIds.at(-1) ?? 0,
        operation.service,
        view,
        `Attempt ${index + 1}`,
        run.isLastChance && ", last chance",
      ),
      h("span", { class: "said" }, outcomeOf(run)),
      h(
        "span",
        { class: "took" },
        h("span", { class: "track", "aria-hidden": "true" }, bar),
        isOver ? length(lasted(run)) : "no end logged",
      ),
    ],
  };
}

/** @param {OperationRun} run */
function outcomeOf({ outcome, status, toMicros }) {
  if (toMicros == null) return "";
  if (status) return status.slice(0, 200);
  return outcome === "ok" ? "succeeded" : outcome == null ? "registered again meanwhile" : outcome;
}

/** @param {OperationRun} run */
function lasted({ fromMicros, toMicros }) {
  return toMicros == null ? 0 : toMicros - fromMicros;
}

/**
 * @param {Operation} operation
 * @returns {Step[]}
 */
function planned(operation) {
  const micros = nextMicros(operation);
  if (micros == null) return [];
  const what = operation.service === "notifications" ? "Due" : "Next attempt";
  return [{
    micros,
    tone: "",
    sign: "○",
    isPlanned: true,
    content: [what, h("span", { class: "said", "data-until": micros }, until(micros))],
  }];
}

/**
 * @param {string} sentence
 * @param {Operation} other
 * @param {View} view
 * @returns {Step}
 */
function linkStep(sentence, other, view) {
  return {
    micros: other.beganMicros,
    tone: "",
    sign: "◇",
    isBeside: true,
    content: [
      `${sentence} `,
      h(
        "a",
        { class: "inside", href: operationAddress(other.id, view) },
        mark(other),
        operationTitle(other),
      ),
      h("span", { class: `said state ${tone(other)}` }, stateText(other)),
    ],
  };
}
