// @ts-check
/**
 * The operations of a view, page after page as far as somebody has scrolled. Only the pages near the
 * screen are kept; of the others it is known where they begin and how many they hold.
 */

/** @import { Operation, OperationNews, OperationPage, Row, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { matchesOperation, operationQuery } from "./operation-filter.js";

/**
 * @typedef {object} Page
 * @property {string | null} cursor what it is asked for with
 * @property {Operation | null} before the last one of the page before it
 * @property {number} count
 * @property {Operation[] | null} operations
 * @property {number} used when it was last looked at
 */

const firstSize = 100;
const pageSize = 500;
/** What one request gives at most. */
const pageLimit = 1000;
const mostLoaded = 8;
/** So many new ones may be found at once without making the list anew. */
const moreThanThere = 200;
/** Rows that are announced while it is not known how many follow. */
const announced = 40;
/** So near to the end the next page is asked for. */
const near = 120;
/** Beyond this what began since the list was asked for is to be asked for anew. */
const mostNew = 1500;
/** What comes in beyond this is only counted. */
const mostHeld = 20_000;
/** So many pages are gone through for an operation that an address names. */
const mostSearched = 6;

export class OperationList {
  hasLoaded = false;
  /** @type {Page[]} */
  #pages = [];
  /** @type {string | null} the cursor of what follows the last page */
  #next = null;
  /** @type {Operation | null} the last one of the last page, as it came */
  #last = null;
  #wanted = { first: 0, last: 0 };
  /** @type {Promise<void> | null} */
  #loading = null;
  #uses = 0;
  #abort = new AbortController();

  /**
   * @param {View} view
   * @param {() => void} changed
   */
  constructor(view, changed) {
    this.view = view;
    this.changed = changed;
  }

  // What there is

  get length() {
    return this.eventCount + (this.#next == null ? 0 : announced);
  }

  /** How many operations are known. */
  get eventCount() {
    return this.#pages.reduce((sum, { count }) => sum + count, 0);
  }

  get isExact() {
    return this.#next == null;
  }

  /** Whether its first page has become so long that the list is better made anew. */
  get isSwollen() {
    return (this.#pages[0]?.count ?? 0) > mostNew;
  }

  /**
   * @param {number} index
   * @returns {Row | null}
   */
  row(index) {
    const { page, start } = this.#at(index);
    const operation = page?.operations?.[index - start];
    return operation ? { kind: "operation", operation } : null;
  }

  /** @param {Row} row */
  indexOf(row) {
    return row.kind === "operation" ? this.indexOfId(row.operation.id) : -1;
  }

  /** @param {number} id */
  indexOfId(id) {
    let start = 0;
    for (const { operations, count } of this.#pages) {
      const index = operations?.findIndex((operation) => operation.id === id) ?? -1;
      if (index >= 0) return start + index;
      start += count;
    }
    return -1;
  }

  // Asking

  async start() {
    await this.#extend(firstSize);
    this.hasLoaded = true;
    this.changed();
  }

  /**
   * @param {number} first
   * @param {number} last
   * @returns {Promise<void>} once these rows are there, as far as there are any
   */
  want(first, last) {
    this.#wanted = { first, last };
    if (!this.#loading && this.#lacks()) this.#loading = this.#loadWanted();
    return this.#loading ?? Promise.resolve();
  }

  async #loadWanted() {
    try {
      for (let lack = this.#lacks(); lack; lack = this.#lacks()) {
        if (lack === "more") await this.#extend(pageSize);
        else await this.#fill(lack);
        this.changed();
      }
    } finally {
      this.#loading = null;
    }
  }

  /** @returns {Page | "more" | null} */
  #lacks() {
    const { first, last } = this.#wanted;
    let start = 0;
    for (const page of this.#pages) {
      if (start >= last) return null;
      if (start + page.count > first) {
        page.used = this.#uses++;
        if (!page.operations) return page;
      }
      start += page.count;
    }
    return this.#next != null && last + near > start ? "more" : null;
  }

  /** @param {number} size */
  async #extend(size) {
    const cursor = this.#next;
    const answer = await this.#ask(cursor, size);
    const before = this.#last;
    this.#next = answer.next;
    const { operations } = answer;
    this.#last = operations.at(-1) ?? before;
    const used = this.#uses++;
    this.#pages.push({ cursor, before, count: operations.length, operations, used });
    this.#forget();
  }

  /**
   * Asks for a page as it is now.
   *
   * @param {Page} page
   */
  async #fill(page) {
    const answer = await this.#ask(page.cursor, Math.max(1, Math.min(pageLimit, page.count)));
    const next = this.#pages[this.#pages.indexOf(page) + 1]?.before;
    const operations = next
      ? answer.operations.filter((one) => this.#order(one, next) <= 0)
      : answer.operations;
    page.operations = operations;
    page.count = operations.length;
    this.#forget();
  }

  /** The first page stays: it is where new ones come in. */
  #forget() {
    const loaded = this.#pages.slice(1).filter(({ operations }) => operations);
    loaded.sort((a, b) => a.used - b.used);
    for (const page of loaded.slice(0, Math.max(0, loaded.length - mostLoaded))) {
      page.operations = null;
    }
  }

  /**
   * Asks again for all that is seen.
   *
   * @returns {Promise<boolean>} false if so much is new that the list has to be made anew
   */
  async refresh() {
    const [first] = this.#pages;
    if (!first) return true;
    const answer = await this.#ask(null, Math.min(pageLimit, first.count + moreThanThere));
    const next = this.#pages[1]?.before;
    const end = next
      ? answer.operations.findIndex((one) => this.#order(one, next) > 0)
      : answer.operations.length;
    if (end < 0) return false;
    first.operations = answer.operations.slice(0, end);
    first.count = first.operations.length;
    if (!next) {
      this.#next = answer.next;
      this.#last = first.operations.at(-1) ?? null;
    }
    const seen = this.#wanted;
    let start = first.count;
    for (const page of this.#pages.slice(1)) {
      const isSeen = start < seen.last && start + page.count > seen.first;
      start += page.count;
      if (isSeen) await this.#fill(page);
      else page.operations = null;
    }
    this.changed();
    return true;
  }

  /**
   * Loads pages until an operation is among them.
   *
   * @param {number} id
   */
  async find(id) {
    for (let tries = 0; tries < mostSearched; tries++) {
      const index = this.indexOfId(id);
      if (index >= 0 || this.#next == null) return index;
      await this.want(this.eventCount, this.eventCount + 1);
    }
    return this.indexOfId(id);
  }

  end() {
    this.#abort.abort();
  }

  /**
   * @param {string | null} cursor
   * @param {number} limit
   * @returns {Promise<OperationPage>}
   */
  #ask(cursor, limit) {
    const parameters = operationQuery(this.view);
    parameters.set("limit", String(limit));
    if (this.view.oldestFirst) parameters.set("order", "asc");
    if (cursor) parameters.set("cursor", cursor);
    return ask(`/operations?${parameters}`, { signal: this.#abort.signal });
  }

  // What is told live

  /**
   * @param {OperationNews} news
   * @returns {"added" | "changed" | "unknown" | null} what it was for this list
   */
  take({ operation, replaces }) {
    const wasThere = replaces.map((id) => this.#remove(id)).some(Boolean);
    const index = this.indexOfId(operation.id);
    if (index >= 0) {
      // In its place, also where the view would not select it any more: somebody may read it.
      const { page, start } = this.#at(index);
      if (page?.operations) page.operations[index - start] = operation;
      return "changed";
    }
    const isMine = matchesOperation(operation, this.view);
    if (isMine == null) return "unknown";
    if (!isMine) return wasThere ? "changed" : null;
    return this.#insert(operation) && !wasThere ? "added" : "changed";
  }

  /** @param {number} id */
  #remove(id) {
    for (const page of this.#pages) {
      const index = page.operations?.findIndex((operation) => operation.id === id) ?? -1;
      if (index < 0) continue;
      page.operations?.splice(index, 1);
      page.count--;
      return true;
    }
    return false;
  }

  /**
   * @param {Operation} operation
   * @returns {boolean} whether it is in what is loaded
   */
  #insert(operation) {
    let page = this.#pages[0];
    for (const next of this.#pages.slice(1)) {
      if (next.before && this.#order(operation, next.before) > 0) page = next;
    }
    if (!page) return false;
    const operations = page.operations;
    const place = operations?.findIndex((other) => this.#order(operation, other) < 0) ?? -1;
    // Beyond what is known it is found when it is asked for.
    const isLast = page === this.#pages.at(-1);
    if (place < 0 && isLast && this.#next != null) return false;
    // One that is not loaded may hold it, as it is older than this page's events.
    if (!operations) return false;
    if (operations.length >= mostHeld) return true;
    operations.splice(place < 0 ? operations.length : place, 0, operation);
    page.count++;
    return true;
  }

  /**
   * @param {Operation} a
   * @param {Operation} b
   * @returns {number} below 0 if `a` comes first
   */
  #order(a, b) {
    const later = b.beganMicros - a.beganMicros || b.id - a.id;
    return this.view.oldestFirst ? -later : later;
  }

  /** @param {number} index */
  #at(index) {
    let start = 0;
    for (const page of this.#pages) {
      if (index < start + page.count) return { page, start };
      start += page.count;
    }
    return { page: null, start };
  }
}
