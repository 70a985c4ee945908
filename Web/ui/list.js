// @ts-check
/** The events of a view: asks the server for the pieces of the list that are looked at. */

/** @import { Piece } from "./pieces.js" */
/** @import { EventPage, Gap, OffEvent, Row, View } from "./types.d.ts" */
/** @import { EventPieces, OperationNews } from "./types.d.ts" */

import { ask } from "./api.js";
import { query } from "./filter.js";
import { writeFilter } from "./language.js";
import { matches } from "./matching.js";
import { matchesOperation } from "./operation-filter.js";
import { Pieces } from "./pieces.js";
import { asksForState } from "./selection.js";

/** So many events come first, before it is known how many there are. */
const firstSize = 200;
const pieceSize = 500;
/** What one request gives at most. */
const pageLimit = 1000;
/** Beyond this what came since the list was asked for is cut anew. */
const mostNew = 1500;
/** What comes faster than it can be cut anew is only counted. */
const mostHeld = 20_000;

export class EventList {
  #hasLoaded = false;
  #wanted = { first: 0, last: 0 };
  /** @type {Promise<void> | null} */
  #loading = null;
  #isTrimming = false;
  #abort = new AbortController();

  /**
   * @param {View} view
   * @param {() => void} changed
   */
  constructor(view, changed) {
    this.view = view;
    this.changed = changed;
    this.pieces = new Pieces(view);
  }

  get hasLoaded() {
    return this.#hasLoaded;
  }

  get length() {
    return this.pieces.length;
  }

  get eventCount() {
    return this.pieces.eventCount;
  }

  get isExact() {
    return this.pieces.isExact;
  }

  /** @param {number} index */
  row(index) {
    return this.pieces.row(index);
  }

  /** @param {Row} row */
  indexOf(row) {
    return this.pieces.indexOf(row);
  }

  /** Asks for the first rows, and then for the sizes of all pieces. */
  async start() {
    const page = await this.#page({}, this.view.sort ? pieceSize : firstSize);
    const first = this.pieces.make({}, null, page.events.length);
    this.pieces.push(first);
    this.pieces.fill(first, page.events);
    if (this.view.sort) await this.#addSorted(page.events.length);
    else if (page.next) this.pieces.push(this.#after(page, 1, true));
    this.#hasLoaded = true;
    this.changed();
    for (let rest = this.pieces.last; rest?.isRough; rest = this.pieces.last) {
      await this.#cut(rest, null);
    }
  }

  /** @param {number} known how many of a sorted list are loaded */
  async #addSorted(known) {
    if (known < pieceSize) return;
    let total = 0;
    let cursor = null;
    do {
      /** @type {EventPieces} */
      const answer = await this.#ask("/events/pieces", cursor ? { cursor } : {});
      total += answer.pieces.reduce((sum, { events }) => sum + events, 0);
      cursor = answer.next;
    } while (cursor);
    for (let offset = known; offset < total; offset += pieceSize) {
      const size = Math.min(pieceSize, total - offset);
      this.pieces.push(this.pieces.make({ offset: String(offset) }, null, size));
    }
  }

  /**
   * The rows from `first` to before `last` are on the screen.
   *
   * @param {number} first
   * @param {number} last
   * @returns {Promise<void>} once what they need has come
   */
  want(first, last) {
    this.#wanted = { first, last };
    if (!this.#loading && this.#missing()) this.#loading = this.#loadMissing();
    return this.#loading ?? Promise.resolve();
  }

  async #loadMissing() {
    try {
      for (let piece = this.#missing(); piece; piece = this.#missing()) {
        if (piece.count > pageLimit) await this.#cut(piece, piece.count);
        else this.pieces.fill(piece, (await this.#page(piece.place, piece.count)).events);
        this.changed();
      }
    } finally {
      this.#loading = null;
    }
  }

  #missing() {
    return this.pieces.missing(this.#wanted.first, this.#wanted.last);
  }

  /**
   * Loads what lies around an event.
   *
   * @param {OffEvent} event
   * @returns {Promise<number>} the index of its row; -1 if it is not in the list
   */
  async find(event) {
    if (!matches(event, this.view)) return -1;
    const index = this.indexOf({ kind: "event", event });
    if (index >= 0 || this.view.sort) return index;
    for (const start of this.pieces.startsOf(event.timestampMicros)) {
      await this.want(start, start + 1);
      const found = this.indexOf({ kind: "event", event });
      if (found >= 0) return found;
    }
    return -1;
  }

  /** @param {Gap[]} gaps */
  setGaps(gaps) {
    this.pieces.setGaps(gaps);
    this.changed();
  }

  /**
   * @param {OffEvent[]} events as they came
   * @returns {number} how many belong into this view and were not in it
   */
  add(events) {
    const mine = events.filter((event) => !this.pieces.has(event.id) && matches(event, this.view));
    if (mine.length === 0 || this.view.sort) return mine.length;
    for (const event of mine) this.pieces.insert(event, mostHeld);
    this.changed();
    return mine.length;
  }

  /** Whether what belongs here changes as operations go on. */
  get isOfStates() {
    return !this.view.sort && asksForState(this.view.restSelection);
  }

  /**
   * Decides anew of an operation's events, by what has become of it.
   *
   * @param {OperationNews} news
   * @returns {boolean} whether some may belong here that are not loaded
   */
  take({ operation, replaces }) {
    const { view } = this;
    if (!this.isOfStates) return false;
    let known = 0;
    for (const event of this.pieces.ofOperations(new Set([operation.id, ...replaces]))) {
      event.operationId = operation.id;
      event.operationState = operation.state;
      if (matches(event, view)) known++;
      else this.pieces.remove(event);
    }
    this.changed();
    const states = view.restSelection?.states ?? [];
    return known < operation.events &&
      (states.length === 0 || states.includes(operation.state)) &&
      matchesOperation(operation, { ...view, states: [], outcome: null }) !== false;
  }

  /**
   * Takes in what belongs here and is not older, where it is loaded.
   *
   * @param {string} since
   * @returns {Promise<boolean>} false if that is much
   */
  async complete(since) {
    const filter = `${writeFilter(this.view)} since:${since}`;
    /** @type {EventPage} */
    const { events, next } = await this.#ask("/events", { filter, limit: String(pageLimit) });
    if (next) return false;
    this.add(events.filter((event) => this.pieces.isLoaded(event.timestampMicros)));
    return true;
  }

  /** Keeps the newest loaded, and the rest of what is new, once it is much, as one piece. */
  async trim() {
    const old = this.pieces.first;
    if (this.#isTrimming || !this.#hasLoaded || this.view.sort || old.count <= mostNew) return;
    this.#isTrimming = true;
    try {
      const page = await this.#page({}, pieceSize);
      if (!page.next || this.pieces.first !== old) return;
      const known = new Set(page.events.map(({ id }) => id));
      const unknown = page.events.filter(({ id }) => !this.pieces.has(id)).length;
      // What came while the page was on its way is newer than all of it.
      const [newest] = page.events;
      const newer = (old.events ?? []).filter((event) =>
        !known.has(event.id) && event.timestampMicros >= newest.timestampMicros
      );
      const first = this.pieces.make({}, null, newer.length + page.events.length);
      first.events = [...newer, ...page.events];
      const rest = Math.max(1, old.count + unknown - first.count);
      this.pieces.replace(old, [first, this.#after(page, rest, false)]);
      this.changed();
    } finally {
      this.#isTrimming = false;
    }
  }

  end() {
    this.#abort.abort();
  }

  /**
   * What lies beyond a page.
   *
   * @param {EventPage} page
   * @param {number} count
   * @param {boolean} isRough
   */
  #after(page, count, isRough) {
    const startMicros = page.events.at(-1)?.timestampMicros ?? null;
    return this.pieces.make({ cursor: page.next ?? "" }, startMicros, count, isRough);
  }

  /**
   * Puts pieces of the usual size in the place of a large one.
   *
   * @param {Piece} piece
   * @param {number | null} count of events in it; null for all that there are
   */
  async #cut(piece, count) {
    /** @type {EventPieces} */
    const answer = await this.#ask("/events/pieces", {
      ...piece.place,
      size: String(pieceSize),
      ...count == null ? {} : { count: String(count) },
    });
    const pieces = answer.pieces.map(({ cursor, startMicros, events }) =>
      this.pieces.make(cursor ? { cursor } : {}, startMicros ?? piece.startMicros, events)
    );
    if (answer.next && count == null) {
      const start = pieces.at(-1)?.startMicros ?? piece.startMicros;
      const rest = Math.max(1, answer.remaining);
      pieces.push(this.pieces.make({ cursor: answer.next }, start, rest, true));
    }
    this.pieces.replace(piece, pieces);
    this.changed();
  }

  /**
   * @param {Record<string, string>} place
   * @param {number} limit
   * @returns {Promise<EventPage>}
   */
  #page(place, limit) {
    const { sort, isSortedDown } = this.view;
    return this.#ask("/events", {
      ...place,
      limit: String(Math.max(1, limit)),
      ...sort ? { sort, order: isSortedDown ? "desc" : "asc" } : {},
    });
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} more than what the view selects
   * @returns {Promise<any>}
   */
  #ask(path, more) {
    const parameters = query(this.view);
    for (const [name, value] of Object.entries(more)) parameters.set(name, value);
    return ask(`${path}?${parameters}`, { signal: this.#abort.signal });
  }
}
