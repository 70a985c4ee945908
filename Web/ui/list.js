// @ts-check
/** The events of a view, as far as they were loaded, newest first, with the gaps between them. */

/** @import { EventPage, Gap, OffEvent, Row, SourceName, View } from "./types.d.ts" */

import { ask } from "./api.js";

const pageSize = 500;
/** Beyond this a list begins anew, or only counts what comes. */
const mostKept = 20_000;

export class EventList {
  /** @type {OffEvent[]} */
  #events = [];
  /** @type {Set<number>} */
  #ids = new Set();
  /** @type {Set<string>} */
  #origins = new Set();
  /** @type {Gap[]} */
  #gaps = [];
  /** @type {Row[] | null} */
  #rows = null;
  /** @type {string | null} */
  #next = null;
  #isLoading = false;
  #hasLoaded = false;
  #abort = new AbortController();

  /**
   * @param {View} view
   * @param {() => void} changed
   */
  constructor(view, changed) {
    this.view = view;
    this.changed = changed;
  }

  get hasLoaded() {
    return this.#hasLoaded;
  }

  get hasMore() {
    return this.#next != null;
  }

  /** @returns {Set<string>} of all events that it ever held */
  get origins() {
    return this.#origins;
  }

  /** @returns {Row[]} in the order in which they are shown */
  get rows() {
    if (!this.#rows) {
      this.#rows = this.#merged();
      if (this.view.oldestFirst) this.#rows.reverse();
    }
    return this.#rows;
  }

  #merged() {
    /** @type {Row[]} */
    const rows = [];
    const oldest = this.#events.at(-1)?.timestampMicros ?? -Infinity;
    const gaps = this.#gaps.filter((gap) =>
      matchesGap(gap, this.view) && (!this.hasMore || gap.fromMicros >= oldest)
    ).sort((a, b) => b.fromMicros - a.fromMicros);
    let index = 0;
    for (const event of this.#events) {
      while (index < gaps.length && gaps[index].fromMicros >= event.timestampMicros) {
        rows.push({ kind: "gap", gap: gaps[index++] });
      }
      rows.push({ kind: "event", event });
    }
    for (const gap of gaps.slice(index)) rows.push({ kind: "gap", gap });
    return rows;
  }

  async loadMore() {
    if (this.#isLoading || (this.#hasLoaded && !this.hasMore)) return;
    this.#isLoading = true;
    try {
      const parameters = query(this.view);
      parameters.set("limit", String(pageSize));
      if (this.#next) parameters.set("cursor", this.#next);
      const path = `/events?${parameters}`;
      const page = /** @type {EventPage} */ (await ask(path, { signal: this.#abort.signal }));
      for (const event of page.events) this.#take(event, false);
      this.#events.sort(newestFirst);
      this.#next = page.next;
      this.#hasLoaded = true;
      this.#change();
    } finally {
      this.#isLoading = false;
    }
  }

  /** @param {Gap[]} gaps */
  setGaps(gaps) {
    this.#gaps = gaps;
    this.#change();
  }

  /**
   * @param {OffEvent[]} events as they came
   * @returns {number} how many belong into this view
   */
  add(events) {
    const mine = events.filter((event) => matches(event, this.view));
    if (this.isTooLong) return mine.length;
    const before = this.#events.length;
    for (const event of mine) this.#take(event, true);
    const added = this.#events.length - before;
    if (added === 0) return 0;
    this.#events.sort(newestFirst);
    this.#change();
    return added;
  }

  /**
   * A page and the stream may both bring the same event.
   *
   * @param {OffEvent} event
   * @param {boolean} isNew
   */
  #take(event, isNew) {
    if (this.#ids.has(event.id)) return;
    this.#ids.add(event.id);
    this.#origins.add(event.origin);
    if (isNew) this.#events.unshift(event);
    else this.#events.push(event);
  }

  get isTooLong() {
    return this.#events.length > mostKept;
  }

  end() {
    this.#abort.abort();
  }

  #change() {
    this.#rows = null;
    this.changed();
  }
}

/**
 * @param {OffEvent} a
 * @param {OffEvent} b
 */
function newestFirst(a, b) {
  return b.timestampMicros - a.timestampMicros || b.id - a.id;
}

/**
 * @param {View} view
 * @returns {URLSearchParams}
 */
function query(view) {
  const parameters = new URLSearchParams();
  if (view.service) parameters.set("service", view.service);
  if (view.origin) parameters.set("origin", view.origin);
  if (view.source) parameters.set("source", view.source);
  if (view.since) parameters.set("since", view.since);
  if (view.until) parameters.set("until", view.until);
  for (const word of view.words) parameters.append("text", word);
  return parameters;
}

/**
 * As the server decides it.
 *
 * @param {OffEvent} event
 * @param {View} view
 */
function matches(event, view) {
  if (view.service && event.service !== view.service) return false;
  if (view.origin && event.origin !== view.origin.replace(/\/$/, "")) return false;
  if (view.source && !isSource(event.source, view.source)) return false;
  if (view.since && event.timestampMicros < start(view.since)) return false;
  if (view.until && event.timestampMicros > end(view.until)) return false;
  const texts = [
    event.eventName,
    event.instanceId,
    ...event.eventMetadata.flatMap(({ key, value }) => [key, value]),
  ].map(lower);
  return view.words.every((word) => texts.some((text) => text.includes(lower(word))));
}

/**
 * @param {Gap} gap
 * @param {View} view
 */
function matchesGap(gap, view) {
  return (!view.service || gap.service === view.service) && view.words.length === 0 &&
    (!view.source || isSource(gap.source, view.source)) &&
    (!view.since || (gap.toMicros ?? Infinity) >= start(view.since)) &&
    (!view.until || gap.fromMicros <= end(view.until));
}

/**
 * By name or by the beginning of its id.
 *
 * @param {SourceName} source
 * @param {string} text
 */
function isSource(source, text) {
  return source.name === text || source.id.startsWith(text);
}

/**
 * The moment that `15m` or a date begins, in microseconds; all time if it is neither.
 *
 * @param {string} since
 */
function start(since) {
  const units = { s: 1e6, m: 6e7, h: 36e8, d: 864e8, w: 6048e8 };
  const found = /^(\d+)([smhdw])$/.exec(since);
  const unit = units[/** @type {keyof typeof units} */ (found?.[2])];
  if (found && unit) return Date.now() * 1000 - Number(found[1]) * unit;
  const date = Date.parse(since);
  return Number.isNaN(date) ? -Infinity : date * 1000;
}

/** @param {string} until all time if it is no moment */
function end(until) {
  const moment = start(until);
  return Number.isFinite(moment) ? moment : Infinity;
}

/** @param {string} text its ASCII letters in lower case, as SQLite compares */
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
