// @ts-check
/** Keeps a list true whose filter asks how far operations have come: what belongs there changes. */

/** @import { EventList } from "./list.js" */
/** @import { OperationNews } from "./types.d.ts" */

/** Nothing is asked more often than this, in milliseconds. */
const pause = 500;
/** What takes long rests so many times as long. */
const rest = 4;

export class ListStates {
  /** @type {OperationNews[]} not yet taken in */
  #told = [];
  /** @type {OperationNews[] | null} also those that only the list before another one has taken in */
  #held = null;
  /** @type {string | null} the list may lack events from that moment on */
  #lacksSince = null;
  /** More has changed than was told of. */
  #isUnknown = false;
  #isAtWork = false;

  /**
   * @param {() => Promise<void>} renew lists all anew
   * @param {(work: () => Promise<unknown>) => Promise<void>} attempt says what went wrong with it
   */
  constructor(renew, attempt) {
    this.renew = renew;
    this.attempt = attempt;
  }

  /** @param {OperationNews} news */
  tell(news) {
    this.#told.push(news);
    this.#held?.push(news);
  }

  /** Another list is made in the place of this one. */
  hold() {
    this.#held ??= [];
  }

  /** It is there. */
  release() {
    this.#told = this.#held ?? this.#told;
    this.#held = null;
  }

  skip() {
    this.#isUnknown = true;
  }

  /** @param {EventList} list that is there */
  take(list) {
    const told = this.#told;
    this.#told = [];
    if (!list.isOfStates) this.#isUnknown = false;
    for (const { operation } of told.filter((news) => list.take(news))) {
      const { began } = operation;
      if (this.#lacksSince == null || began < this.#lacksSince) this.#lacksSince = began;
    }
    if (this.#isUnknown || this.#lacksSince != null) this.#work(list);
  }

  /** @param {EventList} list */
  async #work(list) {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    const started = performance.now();
    const since = this.#lacksSince;
    const isUnknown = this.#isUnknown;
    this.#lacksSince = null;
    this.#isUnknown = false;
    await this.attempt(async () => {
      const isWhole = !isUnknown && since != null && await list.complete(since);
      if (!isWhole) await this.renew();
    });
    const took = performance.now() - started;
    await new Promise((done) => setTimeout(done, Math.max(pause, rest * took)));
    this.#isAtWork = false;
    list.changed();
  }
}
