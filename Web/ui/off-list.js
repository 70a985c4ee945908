// @ts-check
/** The pane with the list of events: follows what is new, steps through it, finds its events. */

/** @import { Gap, OffEvent, ServiceStatus, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { ColumnChoice, columns } from "./columns.js";
import { fill, h } from "./dom.js";
import { emptyState } from "./empty.js";
import { count } from "./format.js";
import { EventList } from "./list.js";
import { ListStates } from "./list-states.js";
import { OffTable } from "./off-table.js";
import { Problem } from "./problem.js";

/** A screen reader is told of new events no more often than this, in milliseconds. */
const pauseBetweenNews = 5000;

export class OffList extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {OffEvent | null} */
  selected = null;
  isFollowing = true;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {(event: OffEvent) => void} */
  select = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});
  /** @type {() => void} */
  changed = () => {};

  /** @type {EventList | null} */
  #list = null;
  /** What somebody asked for last; scrolling to the newest does not undo it. */
  #wantsToFollow = true;
  /** Events of this view that came while it did not follow. */
  #waiting = 0;
  /** @type {OffEvent[]} */
  #arrived = [];
  /** @type {OffEvent[] | null} what comes while another list is made in the place of this one */
  #meanwhile = null;
  /** @type {Gap[]} */
  #gaps = [];
  /** Is told what becomes of operations. */
  states = new ListStates(
    async () => {
      if (this.view) await this.renew(this.view, this.#gaps);
    },
    (work) => this.attempt(work),
  );
  #unsaid = 0;
  #lastSaid = 0;

  #table = new OffTable("Events", "row", new ColumnChoice(columns, "offstage.columns"));
  #news = h("button", { class: "news", hidden: true, onclick: () => this.setFollowing(true) });
  #empty = h("div", { class: "empty", hidden: true });
  #said = h("div", { class: "visually-hidden", "aria-live": "polite" });

  connectedCallback() {
    fill(this, this.#table, this.#empty, this.#news, this.#said);
    this.#table.select = (event) => this.select(event);
    this.#table.go = (change) => this.go(change);
    this.#table.want = (first, last) =>
      this.attempt(async () => await this.#list?.want(first, last));
    this.#table.scrolled = (isAtNewest) => this.#scrolled(isAtNewest);
  }

  /** How many events are listed, in words. */
  get total() {
    const list = this.#list;
    if (!list?.hasLoaded) return "";
    const words = `${count(list.eventCount)} ${list.eventCount === 1 ? "event" : "events"}`;
    return list.isExact ? words : `≈ ${words}`;
  }

  /**
   * Lists anew.
   *
   * @param {View} view
   * @param {Gap[]} gaps
   */
  async show(view, gaps) {
    this.end();
    const list = new EventList(view, () => this.changed());
    this.#list = list;
    this.view = view;
    this.isFollowing = this.#wantsToFollow && !view.sort;
    this.#waiting = 0;
    this.#arrived = [];
    this.setGaps(gaps);
    await this.attempt(() => this.#start(list));
    if (this.#list === list && view.selected) await this.attempt(() => this.#showSelected(list));
  }

  /**
   * Lists the same view anew; what somebody reads in it stays where it is.
   *
   * @param {View} view
   * @param {Gap[]} gaps
   */
  async renew(view, gaps) {
    const old = this.#list;
    const place = this.isFollowing ? null : this.#table.topEvent;
    if (!old?.hasLoaded || view.sort || !place && !this.isFollowing) return this.show(view, gaps);
    const list = new EventList(view, () => this.changed());
    list.setGaps(gaps);
    /** @type {OffEvent[]} */
    const meanwhile = [];
    this.#meanwhile = meanwhile;
    this.states.hold();
    await this.attempt(async () => {
      await list.start();
      const index = place ? await list.find(place) : -1;
      if (this.#list !== old) return list.end();
      old.end();
      this.#list = list;
      this.#arrived = [];
      list.add(meanwhile);
      this.#table.render(list, this.view ?? view, this.isFollowing);
      if (index >= 0) this.#table.putOnTop(index);
    });
    if (this.#meanwhile === meanwhile) this.#meanwhile = null;
    this.states.release();
    this.changed();
  }

  end() {
    this.#list?.end();
    this.#list = null;
  }

  /** @param {Gap[]} gaps */
  setGaps(gaps) {
    this.#gaps = gaps;
    this.#list?.setGaps(gaps);
  }

  /** @param {OffEvent} event that the stream brought; it is taken in with the next frame */
  add(event) {
    if (!this.#list) return;
    this.#arrived.push(event);
    this.#meanwhile?.push(event);
  }

  render() {
    const { view } = this;
    const list = this.#list;
    if (!view || !list) return;
    this.#take(list);
    list.view = view;
    this.#table.render(list, view, this.isFollowing);
    this.#news.hidden = this.#waiting === 0;
    this.#news.textContent = `${view.oldestFirst ? "↓" : "↑"} ${count(this.#waiting)} new`;
    const isEmpty = list.hasLoaded && list.length === 0;
    this.#table.classList.toggle("is-empty", isEmpty);
    if (isEmpty === this.#empty.hidden) {
      const go = (/** @type {Partial<View>} */ change) => this.go(change);
      fill(this.#empty, ...isEmpty ? emptyState(view, this.statuses, go) : []);
    }
    this.#empty.hidden = !isEmpty;
  }

  /** @param {EventList} list */
  #take(list) {
    // What comes while the list is asked for may not be in it.
    if (!list.hasLoaded) return;
    const added = this.#arrived.length > 0 ? list.add(this.#arrived) : 0;
    this.#arrived = [];
    this.states.take(list);
    if (!this.isFollowing) this.#waiting += added;
    if (added > 0) this.attempt(() => list.trim());
    this.#unsaid += added;
    if (this.#unsaid === 0 || Date.now() - this.#lastSaid < pauseBetweenNews) return;
    this.#said.textContent = `${count(this.#unsaid)} new ${
      this.#unsaid === 1 ? "event" : "events"
    }`;
    this.#unsaid = 0;
    this.#lastSaid = Date.now();
  }

  /** @param {EventList} list */
  async #start(list) {
    try {
      await list.start();
    } catch (error) {
      // More than the server sorts: they are shown by time.
      const isTooLong = error instanceof Problem && error.status === 422;
      if (isTooLong && this.#list === list) this.go({ sort: null, isSortedDown: false });
      throw error;
    }
  }

  /**
   * The event that the address names.
   *
   * @param {EventList} list
   */
  async #showSelected(list) {
    const id = list.view.selected;
    const event = this.selected ?? await ask(`/events/${id}`);
    const index = await list.find(event);
    // Another view may have been asked for meanwhile, or another event.
    if (this.#list !== list || list.view.selected !== id) return;
    if (!this.selected) this.select(event);
    if (index >= 0) this.#reveal(index);
  }

  // What the person does

  showColumns() {
    this.#table.showColumns();
  }

  focusRows() {
    this.#table.focus();
  }

  /** How many rows a page of the screen has. */
  get pageRows() {
    return this.#table.pageRows;
  }

  /** @param {number} step rows down the screen */
  async step(step) {
    const list = this.#list;
    if (!list) return;
    const here = this.selected ? await list.find(this.selected) : -1;
    if (this.#list !== list) return;
    const place = here < 0 ? step < 0 ? list.length : -1 : this.#table.place(here);
    const next = Math.max(0, Math.min(list.length - 1, place + step));
    if (next !== place) this.#stepTo(next, Math.sign(step));
  }

  first() {
    this.#stepTo(0, 1);
  }

  last() {
    this.#stepTo((this.#list?.length ?? 0) - 1, -1);
  }

  /**
   * Selects the first event on the screen from `start` on, which may have to be loaded first.
   *
   * @param {number} start
   * @param {number} way
   */
  async #stepTo(start, way) {
    const list = this.#list;
    if (!list) return;
    for (let place = start; place >= 0 && place < list.length; place += way) {
      const index = this.#table.place(place);
      if (!list.row(index)) {
        this.#reveal(index);
        await this.attempt(() => list.want(index, index + 1));
      }
      const row = list.row(index);
      if (this.#list !== list || !row) return;
      if (row.kind !== "event") continue;
      this.select(row.event);
      return this.#reveal(index);
    }
  }

  /**
   * Shows an event where it stands in the list, if it does.
   *
   * @param {OffEvent} event
   */
  async reveal(event) {
    const list = this.#list;
    if (!list) return;
    await this.attempt(async () => {
      const index = await list.find(event);
      if (this.#list === list && index >= 0) this.#reveal(index);
    });
  }

  /** @param {number} index */
  #reveal(index) {
    // The table may still show the list before this one.
    this.render();
    if (this.#table.isSeen(index)) return;
    // At the newest it follows again, once it is there.
    this.isFollowing = false;
    this.#table.reveal(index);
  }

  /** @param {boolean} isFollowing as a person wants it */
  setFollowing(isFollowing) {
    this.#wantsToFollow = isFollowing;
    this.#follow(isFollowing);
  }

  /** @param {boolean} isFollowing */
  #follow(isFollowing) {
    this.isFollowing = isFollowing;
    if (isFollowing) this.#waiting = 0;
    // What is sorted is as it was when it was asked for.
    if (isFollowing && this.view?.sort) this.go({ sort: null, isSortedDown: false });
    this.changed();
  }

  /** @param {boolean} isAtNewest */
  #scrolled(isAtNewest) {
    if (!this.#list?.hasLoaded || this.view?.sort) return;
    const isFollowing = isAtNewest && this.#wantsToFollow;
    if (isFollowing !== this.isFollowing) this.#follow(isFollowing);
  }
}
