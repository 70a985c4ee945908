// @ts-check
/**
 * A list of any length as pieces of known sizes, newest first, with the gaps between the events.
 * Only some pieces are loaded; the others are counts.
 */

/** @import { Gap, OffEvent, Row, View } from "./types.d.ts" */

import { matchesGap } from "./matching.js";

/**
 * @typedef {object} Piece
 * @property {Record<string, string>} place what its page is asked for with
 * @property {number | null} startMicros nothing in it is newer
 * @property {number} count of its events
 * @property {boolean} isRough its count is an estimate, and it has to be cut
 * @property {OffEvent[] | null} events
 * @property {Gap[]} gaps
 * @property {Row[] | null} rows
 * @property {number} used when it was last looked at
 */

/** Pieces that are kept loaded. */
const mostLoaded = 16;

export class Pieces {
  /** @type {Piece[]} */
  #pieces = [];
  /** @type {number[]} the index of each piece's first row, and at last how many rows there are */
  #starts = [0];
  #isLaidOut = true;
  /** @type {Set<number>} of the events that are loaded */
  #ids = new Set();
  /** @type {Gap[]} */
  #gaps = [];
  #uses = 0;

  /** @param {View} view */
  constructor(view) {
    this.view = view;
  }

  // What there is

  /** How many rows there are, as far as it is known. */
  get length() {
    this.#layOut();
    return this.#starts[this.#pieces.length];
  }

  /** How many events there are, as far as it is known. */
  get eventCount() {
    return this.#pieces.reduce((sum, { count }) => sum + count, 0);
  }

  get isExact() {
    return !this.#pieces.some(({ isRough }) => isRough);
  }

  get first() {
    return this.#pieces[0];
  }

  get last() {
    return this.#pieces.at(-1);
  }

  /** @param {number} id */
  has(id) {
    return this.#ids.has(id);
  }

  /** @param {number} micros a moment */
  isLoaded(micros) {
    return this.#pieces[this.#numberOf(micros)]?.events != null;
  }

  /**
   * @param {number} index in the order of the list
   * @returns {Row | null} null while it is not loaded
   */
  row(index) {
    this.#layOut();
    const number = this.#numberAt(index);
    const piece = this.#pieces[number];
    return piece ? this.#rows(piece)?.[index - this.#starts[number]] ?? null : null;
  }

  /**
   * @param {Row} row
   * @returns {number} its index; -1 if it is not loaded
   */
  indexOf(row) {
    this.#layOut();
    for (const [number, piece] of this.#pieces.entries()) {
      const index = this.#rows(piece)?.findIndex((other) => rowKey(other) === rowKey(row)) ?? -1;
      if (index >= 0) return this.#starts[number] + index;
    }
    return -1;
  }

  /**
   * Where the pieces begin that may hold an event of that moment: events of one moment may lie on
   * both sides of an end.
   *
   * @param {number} micros
   */
  startsOf(micros) {
    this.#layOut();
    let number = this.#numberOf(micros);
    const starts = [this.#starts[number]];
    while (number > 0 && this.#pieces[number].startMicros === micros) {
      starts.push(this.#starts[--number]);
    }
    return starts;
  }

  /**
   * @param {number} first
   * @param {number} last
   * @returns {Piece | null} the first between these rows that is not loaded
   */
  missing(first, last) {
    this.#layOut();
    for (let number = this.#numberAt(first); number < this.#pieces.length; number++) {
      if (this.#starts[number] >= last) return null;
      const piece = this.#pieces[number];
      piece.used = this.#uses++;
      if (!piece.events && !piece.isRough) return piece;
    }
    return null;
  }

  // What becomes of it

  /**
   * @param {Record<string, string>} place
   * @param {number | null} startMicros
   * @param {number} count
   * @param {boolean} [isRough]
   * @returns {Piece}
   */
  make(place, startMicros, count, isRough = false) {
    const used = this.#uses++;
    return { place, startMicros, count, isRough, events: null, gaps: [], rows: null, used };
  }

  /** @param {...Piece} pieces */
  push(...pieces) {
    this.#pieces.push(...pieces);
    this.#isLaidOut = false;
  }

  /**
   * @param {Piece} piece
   * @param {Piece[]} pieces what is there instead
   */
  replace(piece, pieces) {
    const number = this.#pieces.indexOf(piece);
    if (number < 0) return;
    this.#drop(piece);
    for (const { events } of pieces) this.#note(events ?? []);
    this.#pieces.splice(number, 1, ...pieces);
    this.#isLaidOut = false;
  }

  /**
   * @param {Piece} piece
   * @param {OffEvent[]} events
   */
  fill(piece, events) {
    // A page may reach into the next piece, where a count was too high.
    piece.events = events.filter(({ id }) => !this.#ids.has(id));
    // What was removed, or came late, shows only now.
    piece.count = piece.events.length;
    piece.rows = null;
    this.#isLaidOut = false;
    if (!this.#pieces.includes(piece)) return;
    this.#note(piece.events);
    // The first is where new events come in.
    const loaded = this.#pieces.slice(1).filter(({ events }) => events);
    loaded.sort((a, b) => a.used - b.used);
    for (const old of loaded.slice(0, Math.max(0, loaded.length - mostLoaded))) this.#drop(old);
  }

  /**
   * @param {OffEvent} event that is not there
   * @param {number} most events that a piece keeps loaded
   */
  insert(event, most) {
    const piece = this.#pieces[this.#numberOf(event.timestampMicros)];
    piece.count++;
    piece.rows = null;
    this.#isLaidOut = false;
    if (!piece.events || piece.events.length >= most) return;
    this.#ids.add(event.id);
    const place = piece.events.findIndex((other) => newestFirst(event, other) < 0);
    piece.events.splice(place < 0 ? piece.events.length : place, 0, event);
  }

  /**
   * @param {Set<number>} ids of operations
   * @returns {OffEvent[]} those of their events that are loaded
   */
  ofOperations(ids) {
    return this.#pieces.flatMap(({ events }) =>
      (events ?? []).filter(({ operationId }) => operationId != null && ids.has(operationId))
    );
  }

  /** @param {OffEvent} event that is no more in the list */
  remove(event) {
    for (const piece of this.#pieces) {
      const place = piece.events?.indexOf(event) ?? -1;
      if (place < 0) continue;
      piece.events?.splice(place, 1);
      piece.count--;
      piece.rows = null;
      this.#ids.delete(event.id);
      this.#isLaidOut = false;
    }
  }

  /** @param {Gap[]} gaps */
  setGaps(gaps) {
    this.#gaps = gaps;
    this.#isLaidOut = false;
  }

  /** @param {OffEvent[]} events */
  #note(events) {
    for (const { id } of events) this.#ids.add(id);
  }

  /** @param {Piece} piece */
  #drop(piece) {
    for (const { id } of piece.events ?? []) this.#ids.delete(id);
    piece.events = null;
    piece.rows = null;
  }

  /**
   * @param {Piece} piece
   * @returns {Row[] | null}
   */
  #rows(piece) {
    if (!piece.events) return null;
    if (piece.rows) return piece.rows;
    /** @type {Row[]} */
    const rows = [];
    let gap = 0;
    for (const event of piece.events) {
      while (piece.gaps[gap]?.fromMicros >= event.timestampMicros) {
        rows.push({ kind: "gap", gap: piece.gaps[gap++] });
      }
      rows.push({ kind: "event", event });
    }
    for (const rest of piece.gaps.slice(gap)) rows.push({ kind: "gap", gap: rest });
    return piece.rows = rows;
  }

  // Where the rows lie

  #layOut() {
    if (this.#isLaidOut) return;
    this.#isLaidOut = true;
    this.#placeGaps();
    let start = 0;
    this.#starts = [0];
    for (const { count, gaps } of this.#pieces) {
      start += count + gaps.length;
      this.#starts.push(start);
    }
  }

  #placeGaps() {
    for (const piece of this.#pieces) {
      if (piece.gaps.length > 0) piece.rows = null;
      piece.gaps = [];
    }
    if (this.view.sort || this.#pieces.length === 0) return;
    const gaps = this.#gaps.filter((gap) => matchesGap(gap, this.view))
      .sort((a, b) => b.fromMicros - a.fromMicros || b.id - a.id);
    let number = 0;
    for (const gap of gaps) {
      while ((this.#pieces[number + 1]?.startMicros ?? -Infinity) > gap.fromMicros) number++;
      const piece = this.#pieces[number];
      // Where a piece that is not cut yet has it is not known.
      if (piece.isRough) return;
      piece.gaps.push(gap);
      piece.rows = null;
    }
  }

  /** @param {number} index of a row; the number of its piece */
  #numberAt(index) {
    let low = 0;
    let high = this.#pieces.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= index) low = middle;
      else high = middle;
    }
    return low;
  }

  /** @param {number} micros a moment; the number of its piece, which begin at ever older ones */
  #numberOf(micros) {
    const next = this.#pieces.findIndex(({ startMicros }, number) =>
      number > 0 && startMicros != null && startMicros < micros
    );
    return (next < 0 ? this.#pieces.length : next) - 1;
  }
}

/** @param {Row} row */
export function rowKey(row) {
  if (row.kind === "operation") return `o${row.operation.id}`;
  return row.kind === "event" ? `e${row.event.id}` : `g${row.gap.id}`;
}

/**
 * @param {OffEvent} a
 * @param {OffEvent} b
 */
function newestFirst(a, b) {
  return b.timestampMicros - a.timestampMicros || b.id - a.id;
}
