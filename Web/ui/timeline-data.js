// @ts-check
/** What the Timeline knows of the store: densities, and single events where they are few. */

/** @import { EventPage, Histogram, InstanceSpan, OffEvent, ServiceName, View } from "./types.d.ts" */
/** @import { Scale } from "./timeline-scale.js" */

import { ask } from "./api.js";
import { query } from "./filter.js";
import { bucketWidth, iso } from "./timeline-scale.js";

/** As many events are drawn one by one. */
const fewEvents = 1000;
/** What lies beside the window is read too, so that a short way needs no new reading. */
const margin = 0.3;
/** Between two readings while the window moves or events come, in milliseconds. */
const pause = 150;
const pauseWhenLive = 700;
/** All there is takes longer to count, and changes less. */
const pauseOfWhole = 5000;

/** The server takes no wider buckets, in minutes. */
const longestWidth = 3650 * 24 * 60;

export class TimelineData {
  /** @type {Histogram | null} all there is */
  whole = null;
  /** @type {Histogram | null} about the window */
  far = null;
  /** @type {{from: number, to: number, events: OffEvent[], instances: InstanceSpan[]} | null} */
  near = null;
  /** Exactly what the window shows: its sums. @type {Histogram | null} */
  seen = null;
  isLoading = false;

  /** The window that `seen` is of. @type {Scale | null} */
  #seenScale = null;
  /** Of the filter; null before there is one. @type {URLSearchParams | null} */
  #parameters = null;
  /** @type {Scale | null} */
  #wanted = null;
  #isWholeStale = true;
  #isStale = true;
  #abort = new AbortController();
  /** @type {number | undefined} */
  #timer;
  #last = 0;
  #lastWhole = 0;
  /** @type {() => void} */
  #changed;
  /** @type {(work: () => Promise<void>) => Promise<void>} */
  #attempt;

  /**
   * @param {() => void} changed
   * @param {(work: () => Promise<void>) => Promise<void>} attempt tells of what fails
   */
  constructor(changed, attempt) {
    this.#changed = changed;
    this.#attempt = attempt;
  }

  /**
   * Begins anew where the filter differs. Its time is left out: the Timeline marks it.
   *
   * @param {View} view
   */
  select(view) {
    const parameters = query({ ...view, since: null, until: null });
    // Nothing else ends what is being asked: events come while the first answer is waited for.
    if (parameters.toString() === this.#parameters?.toString()) return;
    this.#parameters = parameters;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.isLoading = false;
    this.far = null;
    this.seen = null;
    this.near = null;
    this.whole = null;
    this.stale();
    this.renew();
  }

  /** Something may have come or gone. It is asked for when the Timeline is shown. */
  stale() {
    this.#isStale = true;
    this.#isWholeStale = true;
  }

  /** Asks for what is stale. */
  renew() {
    if (this.#isStale) this.#schedule(pauseWhenLive);
  }

  /** @param {Scale} scale */
  want(scale) {
    this.#wanted = scale;
    if (!this.#isStale && this.#covers(scale) && this.isSeen(scale)) return;
    this.#schedule(this.#isStale ? pauseWhenLive : pause);
  }

  /** Whether what is wanted is there. */
  get isUpToDate() {
    const scale = this.#wanted;
    return scale != null && !this.#isStale && !this.isLoading && this.#covers(scale) &&
      this.isSeen(scale);
  }

  /** @param {Scale} scale */
  #covers(scale) {
    const { near, far } = this;
    if (near) return near.from <= scale.from && near.to >= scale.to;
    return far != null && far.fromMicros != null && far.toMicros != null &&
      far.widthMicros === bucketWidth(scale) && far.fromMicros <= scale.from &&
      far.toMicros >= scale.to;
  }

  /**
   * A window that goes with the time is counted anew when events come, or when it has gone far.
   *
   * @param {Scale} scale
   */
  isSeen({ from, span, width }) {
    const seen = this.#seenScale;
    return seen != null && Math.abs(seen.from - from) < span / 50 &&
      Math.abs(seen.span - span) <= span / width;
  }

  /** @param {number} pause since the last reading */
  #schedule(pause) {
    if (this.isLoading) return;
    clearTimeout(this.#timer);
    const wait = this.whole ? Math.max(0, this.#last + pause - Date.now()) : 0;
    this.#timer = setTimeout(() => this.#attempt(() => this.#load()), wait);
  }

  async #load() {
    if (this.isLoading) return;
    const { signal } = this.#abort;
    this.isLoading = true;
    const wasStale = this.#isStale;
    this.#isStale = false;
    try {
      if (this.#isWholeDue) {
        this.#isWholeStale = false;
        this.#lastWhole = Date.now();
        this.whole = await this.#ask("histogram", new URLSearchParams(), signal);
        this.#changed();
      }
      const scale = this.#wanted;
      if (scale && (wasStale || !this.#covers(scale))) await this.#read(scale, signal);
      if (scale && (wasStale || !this.isSeen(scale))) await this.#count(scale, signal);
    } catch (error) {
      // Asked again once the connection is back, or the window moves.
      if (!signal.aborted) this.#isStale = this.#isWholeStale = true;
      throw error;
    } finally {
      if (!signal.aborted) {
        this.isLoading = false;
        this.#last = Date.now();
      }
    }
    this.#changed();
    if (this.#isStale) this.#schedule(pauseWhenLive);
    else if (this.#isWholeStale) this.#schedule(pauseOfWhole);
  }

  get #isWholeDue() {
    const isEmpty = this.whole == null || this.whole.events === 0;
    return this.#isWholeStale && (isEmpty || Date.now() - this.#lastWhole >= pauseOfWhole);
  }

  /**
   * @param {Scale} scale
   * @param {AbortSignal} signal
   */
  async #read(scale, signal) {
    const width = bucketWidth(scale);
    const from = Math.floor((scale.from - scale.span * margin) / width) * width;
    const to = Math.ceil((scale.to + scale.span * margin) / width) * width;
    const range = { since: iso(from), until: iso(to - 1) };
    const far = /** @type {Histogram} */ (await this.#ask(
      "histogram",
      new URLSearchParams({ ...range, width: `${width / 1000}ms` }),
      signal,
    ));
    let near = null;
    if (far.events <= fewEvents) {
      const limits = new URLSearchParams({ ...range, limit: String(fewEvents) });
      const ordered = new URLSearchParams([...limits, ["order", "asc"]]);
      const [page, spans] = await Promise.all([
        this.#ask("events", ordered, signal),
        this.#ask("instances", limits, signal),
      ]);
      // More may have come meanwhile: then they are too many.
      if (page.next == null) near = { from, to, events: page.events, instances: spans.instances };
    }
    far.fromMicros = from;
    far.toMicros = to;
    this.far = far;
    this.near = near;
  }

  /**
   * @param {Scale} scale
   * @param {AbortSignal} signal
   */
  async #count(scale, signal) {
    this.seen = await this.#ask(
      "histogram",
      new URLSearchParams({
        since: iso(scale.from),
        until: iso(scale.to),
        width: `${Math.min(Math.ceil(scale.span / 6e7), longestWidth)}m`,
      }),
      signal,
    );
    this.#seenScale = scale;
  }

  /**
   * The event of a lane that is next to a moment.
   *
   * @param {{service: ServiceName, origin: string}} lane
   * @param {number} micros
   * @param {number} way 1: at or after it, -1: at or before it
   * @returns {Promise<OffEvent | null>}
   */
  async nextTo(lane, micros, way) {
    const parameters = new URLSearchParams({
      limit: "1",
      order: way > 0 ? "asc" : "desc",
      [way > 0 ? "since" : "until"]: iso(micros),
    });
    const page = /** @type {EventPage} */ (
      await this.#ask("events", parameters, this.#abort.signal, lane)
    );
    return page.events[0] ?? null;
  }

  /**
   * @param {string} route
   * @param {URLSearchParams} more
   * @param {AbortSignal} signal
   * @param {{service: ServiceName, origin: string}} [lane]
   */
  #ask(route, more, signal, lane) {
    const parameters = new URLSearchParams([...this.#parameters ?? [], ...more]);
    if (lane) {
      parameters.set("service", lane.service);
      parameters.set("origin", lane.origin);
    }
    return ask(`/${route}?${parameters}`, { signal });
  }
}
