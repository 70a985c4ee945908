// @ts-check
/** The pane with the list of operations. */

/** @import { Troubles } from "./troubles.js" */
/** @import { Operation, OperationNews, ServiceStatus, View } from "./types.d.ts" */

import { ColumnChoice } from "./columns.js";
import { fill, h } from "./dom.js";
import { Elsewhere } from "./elsewhere.js";
import { emptyState } from "./empty.js";
import { count } from "./format.js";
import { OffTable } from "./off-table.js";
import { OperationBar } from "./operation-bar.js";
import { operationColumns } from "./operation-cells.js";
import { matchesOperation } from "./operation-filter.js";
import { OperationList } from "./operation-list.js";

/** What is not told one by one is asked for no more often than this, in milliseconds. */
const pauseBetweenRenewals = 2000;

export class OffOperations extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  isFollowing = true;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {(operation: Operation | null) => void} */
  select = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});
  /** @type {() => void} */
  changed = () => {};
  /** @type {Troubles | null} */
  troubles = null;

  /** @type {OperationList | null} */
  #list = null;
  /** What somebody asked for last; scrolling to the newest does not undo it. */
  #wantsToFollow = true;
  /** How many began while it did not follow. */
  #waiting = 0;
  /** @type {OperationNews[]} */
  #arrived = [];
  #isRenewing = false;
  #mustRenew = false;
  #isRemaking = false;

  #bar = new OperationBar();
  #elsewhere = new Elsewhere();
  #table = new OffTable(
    "Operations",
    "operation-row",
    new ColumnChoice(operationColumns, "offstage.operations"),
  );
  #news = h("button", { class: "news", hidden: true, onclick: () => this.setFollowing(true) });
  #empty = h("div", { class: "empty", hidden: true });

  connectedCallback() {
    this.hidden = true;
    fill(
      this,
      this.#bar.element,
      this.#elsewhere.element,
      h("div", { class: "list" }, this.#table, this.#empty, this.#news),
    );
    this.#bar.go = (change) => this.go(change);
    this.#elsewhere.attempt = (work) => this.attempt(work);
    this.#table.go = (change) => this.go(change);
    this.#table.selectOperation = (operation) => this.select(operation);
    this.#table.want = (first, last) =>
      this.attempt(async () => await this.#list?.want(first, last));
    this.#table.scrolled = (isAtNewest) => this.#scrolled(isAtNewest);
  }

  /** How many operations are listed, in words. */
  get total() {
    const list = this.#list;
    if (!list?.hasLoaded) return "";
    const isOne = list.isExact && list.eventCount === 1;
    return `${count(list.eventCount)}${list.isExact ? "" : "+"} ${
      isOne ? "operation" : "operations"
    }`;
  }

  /**
   * Lists anew.
   *
   * @param {View} view
   */
  async show(view) {
    this.end();
    const list = new OperationList(view, () => this.changed());
    this.#list = list;
    this.view = view;
    this.isFollowing = this.#wantsToFollow && !view.oldestFirst;
    this.#waiting = 0;
    this.#arrived = [];
    await this.attempt(() => list.start());
    if (view.operation) await this.attempt(() => this.#showSelected(list, view.operation));
  }

  /**
   * Asks again for what is seen; what somebody reads stays where it is.
   *
   * @param {View} view
   */
  async renew(view) {
    if (!this.#list?.hasLoaded) return this.show(view);
    this.#mustRenew = true;
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    while (this.#mustRenew) {
      this.#mustRenew = false;
      const list = this.#list;
      if (!list) break;
      await this.attempt(async () => {
        if (!await list.refresh() && this.#list === list) await this.show(list.view);
      });
      await new Promise((done) => setTimeout(done, pauseBetweenRenewals));
    }
    this.#isRenewing = false;
  }

  end() {
    this.#list?.end();
    this.#list = null;
    this.#arrived.length = 0;
  }

  /** @param {OperationNews} news of one that the stream told of; taken in with the next frame */
  add(news) {
    if (this.#list) this.#arrived.push(news);
  }

  /**
   * @param {Operation} operation
   * @param {View} view
   */
  shows(operation, view) {
    return view.operations && matchesOperation(operation, view) !== false;
  }

  render() {
    const { view } = this;
    const list = this.#list;
    this.hidden = !view?.operations;
    if (this.hidden || !view || !list) return;
    this.#bar.render(view);
    this.#elsewhere.look(view);
    this.#take(list);
    list.view = view;
    this.#table.troubles = this.troubles;
    this.#table.render(list, view, this.isFollowing);
    this.#news.hidden = this.#waiting === 0;
    this.#news.textContent = `↑ ${count(this.#waiting)} new`;
    const isEmpty = list.hasLoaded && list.length === 0;
    this.#table.classList.toggle("is-empty", isEmpty);
    if (isEmpty === this.#empty.hidden) {
      const go = (/** @type {Partial<View>} */ change) => this.go(change);
      fill(this.#empty, ...isEmpty ? this.#sayWhy(view, go) : []);
    }
    this.#empty.hidden = !isEmpty;
  }

  /**
   * @param {View} view
   * @param {(change: Partial<View>) => void} go
   */
  #sayWhy(view, go) {
    if (view.states.length === 0) return emptyState(view, this.statuses, go);
    return [
      h("p", {}, "No operation that matches is in such a state."),
      h("button", { onclick: () => go({ states: [] }) }, "Show all states"),
    ];
  }

  /** @param {OperationList} list */
  #take(list) {
    // What comes while the list is asked for may not be in it.
    if (!list.hasLoaded) return;
    const became = this.#arrived.map((news) => list.take(news));
    this.#arrived = [];
    if (this.isFollowing && list.isSwollen) this.#remake(list);
    if (became.includes("unknown")) this.renew(list.view);
    if (!this.isFollowing && !list.view.oldestFirst) {
      this.#waiting += became.filter((what) => what === "added").length;
    }
  }

  /**
   * Puts another list in the place of one that has grown too long.
   *
   * @param {OperationList} old
   */
  async #remake(old) {
    if (this.#isRemaking) return;
    this.#isRemaking = true;
    const list = new OperationList(old.view, () => this.changed());
    await this.attempt(() => list.start());
    this.#isRemaking = false;
    if (this.#list !== old || !list.hasLoaded) return list.end();
    old.end();
    this.#list = list;
    // What was told meanwhile went to the other.
    this.renew(list.view);
  }

  /**
   * @param {OperationList} list
   * @param {number | null} id
   */
  async #showSelected(list, id) {
    if (id == null) return;
    const index = await list.find(id);
    if (this.#list === list && index >= 0) this.#reveal(index);
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
  step(step) {
    const list = this.#list;
    const id = this.view?.operation;
    if (!list) return;
    const here = id ? list.indexOfId(id) : -1;
    this.#stepTo(here < 0 ? (step < 0 ? list.eventCount - 1 : 0) : here + step);
  }

  first() {
    this.#stepTo(0);
  }

  /** The last one that is known; the next come in behind it. */
  last() {
    this.#stepTo((this.#list?.eventCount ?? 0) - 1);
  }

  /** @param {number} index */
  async #stepTo(index) {
    const list = this.#list;
    if (!list || list.length === 0) return;
    const wanted = Math.max(0, Math.min(list.length - 1, index));
    if (!list.row(wanted)) await this.attempt(() => list.want(wanted, wanted + 1));
    const place = Math.min(wanted, list.eventCount - 1);
    const row = list.row(place);
    if (this.#list !== list || row?.kind !== "operation" || !this.view) return;
    // The next key may come before the next frame.
    this.view = { ...this.view, operation: row.operation.id };
    this.select(row.operation);
    this.#reveal(place);
  }

  /** @param {number} index */
  #reveal(index) {
    // The table may still show the list before this one.
    this.render();
    if (this.#table.isSeen(index)) return;
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
    if (isFollowing && this.view?.oldestFirst) return this.go({ oldestFirst: false });
    this.changed();
  }

  /** @param {boolean} isAtTop */
  #scrolled(isAtTop) {
    if (!this.#list?.hasLoaded || this.view?.oldestFirst) return;
    const isFollowing = isAtTop && this.#wantsToFollow;
    if (isFollowing !== this.isFollowing) this.#follow(isFollowing);
  }
}
