// @ts-check
/** Which stretch of time the Timeline shows: all there is, the last while, or a fixed one. */

/** @import { Histogram, View } from "./types.d.ts" */

import { moment } from "./matching.js";
import { now as present } from "./saved.js";
import { iso, Scale } from "./timeline-scale.js";

/** Beyond both ends of what is shown, as a part of it, so that nothing sticks to the edge. */
const edge = 0.02;
const shortestFit = 10e6;
/** The address is written once the window rests, in milliseconds. */
const rest = 250;

/**
 * A duration in `from` without a `to` follows the present; none at all fits everything.
 *
 * @param {View} view
 * @param {Histogram | null} whole
 * @param {boolean} isLive
 * @param {number} width
 * @returns {Scale}
 */
function windowOf(view, whole, isLive, width) {
  const now = present() * 1000;
  const from = read(view.from);
  if (from != null) {
    const to = read(view.to) ?? now + (now - from) * edge;
    return new Scale(from, Math.max(to, from + 1), width);
  }
  return fit(view, whole, isLive, width);
}

/**
 * @param {View} view
 * @param {Histogram | null} whole
 * @param {boolean} isLive
 * @param {number} width
 */
function fit(view, whole, isLive, width) {
  const now = present() * 1000;
  const range = brushOf(view);
  const last = whole?.toMicros ?? now;
  const oldest = whole?.fromMicros ?? last - 36e8;
  const newest = isNowNear(whole, isLive) ? Math.max(now, last) : last;
  let from = range && Number.isFinite(range[0]) ? range[0] : oldest;
  let to = range && Number.isFinite(range[1]) ? range[1] : newest;
  // All there is lies beside what the filter names.
  if (to < from && to === range?.[1]) from = to;
  else if (to < from) to = Math.max(from, now);
  if (to - from < shortestFit) {
    const middle = (from + to) / 2;
    from = middle - shortestFit / 2;
    to = middle + shortestFit / 2;
  }
  const pad = (to - from) * (range ? 5 * edge : edge);
  return new Scale(from - pad, to + pad, width);
}

/**
 * All there is goes up to the present only while it is near: else what happened would shrink with
 * every minute.
 *
 * @param {Histogram | null} whole
 * @param {boolean} isLive
 */
function isNowNear(whole, isLive) {
  if (whole?.fromMicros == null || whole.toMicros == null) return isLive;
  const since = present() * 1000 - whole.toMicros;
  return isLive && since < (whole.toMicros - whole.fromMicros) / 4;
}

/** @param {string | null} text */
function read(text) {
  return text == null ? null : moment(text, null);
}

/**
 * The time that the filter names.
 *
 * @param {View} view
 * @returns {[number, number] | null}
 */
export function brushOf(view) {
  const since = read(view.since), until = read(view.until);
  if (since == null && until == null) return null;
  return [since ?? -Infinity, until ?? Infinity];
}

/** What the address says of the window, and where a hand has moved it since. */
export class TimelineWindow {
  /** In pixels. */
  width = 0;
  isLive = false;
  /** @type {Histogram | null} */
  whole = null;
  /** @type {View | null} */
  #view = null;
  /** A window that is not written into the address yet. @type {Scale | null} */
  #held = null;
  /** What the address said when it was last looked at. */
  #address = "";
  /** @type {number | undefined} */
  #writing;

  /**
   * @param {() => void} changed
   * @param {(change: Partial<View>) => void} write into the address
   */
  constructor(changed, write) {
    this.changed = changed;
    this.write = write;
  }

  /** @param {View} view */
  show(view) {
    const address = `${view.from} ${view.to}`;
    if (address !== this.#address) this.#held = null;
    this.#address = address;
    this.#view = view;
  }

  get scale() {
    if (this.#held) return this.#held.resized(this.width);
    return windowOf(this.#shown, this.whole, this.isLive, this.width);
  }

  /** Of all time. @type {Scale} */
  get all() {
    const all = { ...this.#shown, from: null, to: null, since: null, until: null };
    return windowOf(all, this.whole, this.isLive, this.width);
  }

  get #shown() {
    return /** @type {View} */ (this.#view);
  }

  /** Whether it goes on with the time. */
  get isMoving() {
    const view = this.#view;
    if (view == null || this.#held || !this.isLive || view.to != null) return false;
    return view.from != null || view.until == null && isNowNear(this.whole, this.isLive);
  }

  /** Whether it rests. */
  get isSettled() {
    return this.#held == null || this.#writing == null;
  }

  /** @param {Scale} scale */
  lookAt(scale) {
    this.#held = scale;
    this.changed();
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#settle(), rest);
  }

  #settle() {
    this.#writing = undefined;
    if (!this.#held) return;
    const address = addressOf(this.#held, this.isLive);
    if (address.to == null) this.#held = null;
    this.#address = `${address.from} ${address.to}`;
    this.write(address);
  }

  fit() {
    this.#forget();
    this.write({ from: null, to: null });
  }

  followNow() {
    const { span } = this.scale;
    this.#forget();
    this.write({ from: last(span), to: null });
  }

  #forget() {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    this.#held = null;
  }
}

/**
 * As it stands in the address. A window that ends now goes on with the time.
 *
 * @param {Scale} scale
 * @param {boolean} isLive
 * @returns {{from: string, to: string | null}}
 */
export function addressOf(scale, isLive) {
  const now = present() * 1000;
  const isAtNow = isLive && Math.abs(scale.to - now) < scale.span * 2 * edge && scale.from < now;
  if (!isAtNow) return { from: iso(scale.from), to: iso(scale.to) };
  return { from: last(now - scale.from), to: null };
}

/** @param {number} micros */
function last(micros) {
  return micros < 60e6 ? `${Math.ceil(micros / 1e3)}ms` : `${Math.ceil(micros / 1e6)}s`;
}
