// @ts-check
/** What was triggered, and what came of it. */

/** @import { OperationScene, Trigger, TriggerAction, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { h } from "./dom.js";
import { refill } from "./drive-parts.js";
import { actionText, serviceOf, verdictText, verdictWord } from "./drive-words.js";
import { clock } from "./format.js";
import { path } from "./operation-course.js";
import { eventAddress, operationAddress } from "./operation-parts.js";
import { Problem } from "./problem.js";

/** So many are asked for, and so many shown. */
const mostKnown = 50;
const mostShown = 8;
/** Of the events of each. */
const mostLinked = 6;

/**
 * What was asked from this page last.
 *
 * @typedef {object} Sent
 * @property {TriggerAction} action
 * @property {Trigger | null} trigger
 * @property {string | null} problem why it was not taken
 * @property {OperationScene | null} scene of a real push: the way that it has taken
 */

export class DriveLog {
  /** @type {Trigger[]} newest first */
  triggers = [];
  /** @type {import("./drive-parts.js").Perform} */
  again = () => {};

  /** @type {Sent | null} */
  #sent = null;
  #said = h("span", { role: "status" });
  #links = h("span");
  outcome = h("div", { class: "outcome", hidden: true }, this.#said, this.#links);
  #steps = h("div");
  way = h("section", { hidden: true }, h("h3", {}, "Its way"), this.#steps);
  #list = h("ul", { class: "triggers" });
  element = h("section", {}, h("h3", {}, "Newest triggers"), this.#list);

  /**
   * @param {TriggerAction} action
   * @param {string} source its id
   * @param {() => void} changed
   */
  async send(action, source, changed) {
    /** @type {Sent} */
    const sent = { action, trigger: null, problem: null, scene: null };
    this.#sent = sent;
    changed();
    try {
      sent.trigger = await ask("/triggers", {
        method: "POST",
        body: { action, source, askedBy: "ui" },
      });
      await follow(sent);
    } catch (error) {
      if (error instanceof Problem && error.status !== 401) {
        sent.problem = [error.message, error.hint].filter(Boolean).join(" ");
        return;
      }
      sent.problem = "Offstage did not answer.";
      throw error;
    } finally {
      changed();
    }
  }

  /** @param {string} source its id */
  async renew(source) {
    const parameters = new URLSearchParams({ source, limit: String(mostKnown) });
    const [{ triggers }] = await Promise.all([
      ask(`/triggers?${parameters}`),
      this.#sent && follow(this.#sent),
    ]);
    this.triggers = triggers;
  }

  /** @param {View} view */
  render(view) {
    const sent = this.#sent;
    this.outcome.hidden = sent == null;
    // What is said again is read out again.
    refill(this.#said, sent, () => sent ? outcome(sent) : []);
    const trigger = sent?.trigger ?? null;
    refill(this.#links, [trigger, view], () => trigger ? links(trigger, view) : []);
    const scene = sent?.scene ?? null;
    this.way.hidden = scene == null;
    refill(this.#steps, [scene, view], () => scene ? path(scene, view) : []);
    const triggers = this.triggers.slice(0, mostShown);
    refill(
      this.#list,
      [triggers, view],
      () =>
        triggers.length === 0
          ? [h("li", { class: "quiet" }, "Nothing was triggered so far.")]
          : triggers.map((trigger) => this.#row(trigger, view)),
    );
  }

  /**
   * @param {Trigger} trigger
   * @param {View} view
   */
  #row(trigger, view) {
    const { action, verdict, reason, askedMicros } = trigger;
    return h(
      "li",
      {},
      h(
        "div",
        { class: "line" },
        h("span", { class: `verdict ${verdict ?? ""}` }, verdictWord(verdict)),
        h("span", { class: "what", title: actionText(action) }, actionText(action)),
        h("span", { class: "quiet" }, clock(askedMicros, view.utc).slice(0, 8)),
        h("button", {
          type: "button",
          "data-key": trigger.id,
          title: "Do it once more",
          onclick: () => this.again(action),
        }, "Again"),
      ),
      (reason || trigger.operations.length > 0 || trigger.events.length > 0) &&
        h("div", { class: "quiet" }, reason && `${reason} `, ...links(trigger, view)),
    );
  }
}

/**
 * What came of it may go on after its answer: a notification, a click.
 *
 * @param {Sent} sent
 */
async function follow(sent) {
  const operation = sent.action.real ? sent.trigger?.operations[0] : null;
  if (operation != null) sent.scene = await ask(`/operations/${operation}`);
}

/** @param {Sent} sent */
function outcome({ action, trigger, problem }) {
  const verdict = problem == null ? trigger?.verdict ?? null : "failed";
  return [
    h("span", { class: `verdict ${verdict ?? ""}` }, verdictText(verdict)),
    h("span", {}, `: ${actionText(action)}. `),
    ...[problem, trigger?.reason, trigger?.hint].flatMap((text) =>
      text ? [h("span", {}, `${text} `)] : []
    ),
  ];
}

/**
 * @param {Trigger} trigger
 * @param {View} view
 */
function links({ id, action, operations, events }, view) {
  const service = serviceOf(action);
  const link = (/** @type {string} */ text, /** @type {string} */ href) => [
    h("a", { class: "inside", "data-key": `${id} ${text}`, href }, text),
    " ",
  ];
  return [
    ...operations.flatMap((id) => link(`operation ${id}`, operationAddress(id, view))),
    ...events.slice(0, mostLinked).flatMap((id) => link(`#${id}`, eventAddress(id, service, view))),
    events.length > mostLinked && `and ${events.length - mostLinked} more`,
  ];
}
