// @ts-check
/** What went wrong with the operations on the screen, and with how many of late. */

/** @import { Finding, OperationNews, OperationTrouble, TroubleCount } from "./types.d.ts" */

import { ask } from "./api.js";
import { report } from "./saved.js";

/** So many operations are asked for at once, as the server takes them. */
const most = 100;
/** What is kept of operations that have gone off the screen. */
const mostKept = 2000;
/** Rows that are scrolled past are not asked for; in milliseconds, as the others. */
const settling = 120;
const pause = 700;
const pauseBetweenCounts = 10_000;
/** What comes to pass within it may say more of an operation: as the server has it, in microseconds. */
const reach = 30e6;
/** Each that is looked at costs the server about a millisecond. */
const mostCounted = 200;

/** @typedef {OperationTrouble & { isStale: boolean }} Known */

export class Troubles {
  /** @type {TroubleCount | null} */
  count = null;
  /** @type {() => void} */
  changed = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});
  /** @type {Map<number, Known>} the one that was asked for longest ago first */
  #known = new Map();
  /** @type {Map<number, number>} the operations of the rows on the screen, with a moment of each */
  #wanted = new Map();
  #isAsking = false;
  #isCounting = false;
  #mustCount = false;

  /**
   * @param {number | null | undefined} id of an operation
   * @returns {Known | null} with findings
   */
  of(id) {
    const known = id == null ? undefined : this.#known.get(id);
    return known && known.findingsCount > 0 ? known : null;
  }

  /**
   * The worst finding of which an event is the last that shows it.
   *
   * @param {{id: number, operationId?: number | null}} event
   * @returns {Finding | null}
   */
  shownBy({ id, operationId }) {
    const findings = this.of(operationId)?.findings.filter(({ events }) => events.at(-1) === id);
    return findings?.find(({ severity }) => severity === "error") ?? findings?.[0] ?? null;
  }

  /** @param {Map<number, number>} operations on the screen, with a moment of each */
  want(operations) {
    this.#wanted = operations;
    this.#ask();
  }

  /** @param {OperationNews} news */
  tell({ operation, replaces }) {
    const near = [...this.#wanted].filter(([, micros]) =>
      micros > operation.beganMicros - reach && micros < operation.changedMicros + reach
    );
    for (const id of [operation.id, ...replaces, ...near.map(([id]) => id)]) {
      const known = this.#known.get(id);
      if (known) known.isStale = true;
    }
    this.#ask();
    this.recount();
  }

  /** Anything may have changed. */
  forget() {
    for (const known of this.#known.values()) known.isStale = true;
    this.#ask();
    this.recount();
  }

  get #missing() {
    return [...this.#wanted.keys()].filter((id) => this.#known.get(id)?.isStale ?? true)
      .slice(0, most);
  }

  async #ask() {
    if (this.#isAsking || this.#missing.length === 0) return;
    this.#isAsking = true;
    await after(settling);
    const ids = this.#missing;
    if (ids.length > 0) await this.attempt(() => this.#load(ids));
    await after(pause);
    this.#isAsking = false;
    this.#ask();
  }

  /** @param {number[]} ids */
  async #load(ids) {
    for (const id of ids) {
      this.#keep({ findingsCount: 0, severity: null, findings: [], ...this.#known.get(id), id });
    }
    /** @type {{operations: OperationTrouble[]}} */
    const { operations } = await ask(`/findings/operations?id=${ids.join()}`);
    for (const trouble of operations) {
      // What was told meanwhile may have changed it.
      const isStale = this.#known.get(trouble.id)?.isStale ?? false;
      this.#keep(trouble, isStale);
    }
    this.changed();
  }

  /**
   * @param {OperationTrouble} trouble
   * @param {boolean} [isStale]
   */
  #keep(trouble, isStale = false) {
    this.#known.delete(trouble.id);
    this.#known.set(trouble.id, { ...trouble, isStale });
    for (const id of this.#known.keys()) {
      if (this.#known.size <= mostKept) break;
      this.#known.delete(id);
    }
  }

  /** How many operations of the last day are in trouble; of a report, how many of all. */
  async recount() {
    this.#mustCount = true;
    if (this.#isCounting) return;
    this.#isCounting = true;
    while (this.#mustCount) {
      this.#mustCount = false;
      await this.attempt(async () => {
        this.count = await ask(
          report
            ? `/findings/count?limit=${report.events}`
            : `/findings/count?since=24h&limit=${mostCounted}`,
        );
      });
      this.changed();
      await after(pauseBetweenCounts);
    }
    this.#isCounting = false;
  }
}

/** @param {number} time in milliseconds */
function after(time) {
  return new Promise((done) => setTimeout(done, time));
}
