// @ts-check
/** From moments to pixels and back, and the round moments that a ruler names. */

import { clock, day as dateOf, fraction } from "./format.js";

const ms = 1e3, second = 1e6, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
const year = 365.2425 * day;

/** Nearer than this an event's microsecond could be halved; a clock may be wrong by decades. */
const shortest = 100;
const longest = 2000 * year;
/** What a date can name: the years 1 to 9999. */
const earliest = -62_135_596_800 * second, latest = 253_402_300_799 * second;

/** All widths divide the next day, so that buckets stay where they are while one pans. */
const widths = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * ms),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 7, 28, 364, 1820, 3640].map((count) => count * day),
];

const round = [1, 10, 100].flatMap((unit) => [1, 2, 5].map((count) => count * unit));
const longestStep = 90 * day;
const steps = round.concat(widths).concat([2, 4, 30].map((count) => count * day))
  .filter((step) => step < longestStep).concat(longestStep).sort((a, b) => a - b);

/** What is seen: a stretch of time over so many pixels. */
export class Scale {
  /**
   * @param {number} from in microseconds since 1970
   * @param {number} to
   * @param {number} width in pixels
   */
  constructor(from, to, width) {
    const span = Math.min(Math.max(to - from, shortest), longest);
    const start = span === to - from ? from : (from + to - span) / 2;
    this.from = Math.min(Math.max(start, earliest), latest - span);
    this.to = this.from + span;
    this.width = Math.max(1, width);
  }

  get span() {
    return this.to - this.from;
  }

  /** @param {number} micros */
  x(micros) {
    return (micros - this.from) / this.span * this.width;
  }

  /** @param {number} x */
  at(x) {
    return this.from + x / this.width * this.span;
  }

  /**
   * @param {number} factor greater than 1: farther away
   * @param {number} x stays where it is
   */
  zoomed(factor, x) {
    const fixed = this.at(x);
    const span = Math.min(Math.max(this.span * factor, shortest), longest);
    const from = fixed - x / this.width * span;
    return new Scale(from, from + span, this.width);
  }

  /** @param {number} pixels to later moments */
  panned(pixels) {
    const by = pixels / this.width * this.span;
    return new Scale(this.from + by, this.to + by, this.width);
  }

  /** @param {number} width */
  resized(width) {
    return new Scale(this.from, this.to, width);
  }
}

/**
 * The width of a bucket that is some pixels wide.
 *
 * @param {Scale} scale
 */
export function bucketWidth(scale) {
  const wanted = scale.span / scale.width * 5;
  return widths.find((width) => width >= wanted) ?? widths[widths.length - 1];
}

/**
 * Round moments of local time or UTC, and how each is named.
 *
 * @param {Scale} scale
 * @param {boolean} utc
 * @returns {{micros: number, text: string, isMain: boolean}[]}
 */
export function ticks(scale, utc) {
  const wanted = scale.span / scale.width * 92;
  if (wanted > longestStep) return years(scale, utc, wanted);
  const step = steps.find((step) => step >= wanted) ?? longestStep;
  const found = [];
  for (let tick = first(scale.from, step, utc); tick <= scale.to;) {
    if (tick >= scale.from) found.push({ micros: tick, ...named(tick, step, utc) });
    const next = first(tick + step + (step > hour ? hour : 0), step, utc);
    tick = next > tick ? next : tick + step;
    if (found.length > 200) break;
  }
  return found;
}

/**
 * @param {Scale} scale
 * @param {boolean} utc
 * @param {number} wanted between two
 */
function years({ from, to }, utc, wanted) {
  const step = round.find((count) => count * year >= wanted) ?? 1000;
  const found = [];
  let number = Math.ceil(new Date(from / ms).getUTCFullYear() / step) * step;
  for (; found.length <= 200; number += step) {
    const begin = utc ? new Date(0) : new Date(1970, 0, 1);
    if (utc) begin.setUTCFullYear(number);
    else begin.setFullYear(number);
    const micros = begin.getTime() * ms;
    if (micros > to) break;
    if (micros >= from) found.push({ micros, text: String(number), isMain: true });
  }
  return found;
}

/**
 * The last round moment that is not after another.
 *
 * @param {number} micros
 * @param {number} step
 * @param {boolean} utc
 */
function first(micros, step, utc) {
  const offset = utc ? 0 : -new Date(micros / ms).getTimezoneOffset() * minute;
  const round = Math.floor((micros + offset) / step) * step - offset;
  // The clocks may have been changed between.
  const then = utc ? 0 : -new Date(round / ms).getTimezoneOffset() * minute;
  return round + (step >= hour ? offset - then : 0);
}

/**
 * @param {number} micros
 * @param {number} step
 * @param {boolean} utc
 */
function named(micros, step, utc) {
  const [date, time, rest] = parts(micros, utc);
  if (step >= day || time === "00:00:00" && rest === 0 && step >= minute) {
    return { text: date, isMain: true };
  }
  if (step >= minute) return { text: time.slice(0, 5), isMain: false };
  if (step >= second || rest === 0) return { text: time, isMain: step < second };
  const digits = String(rest).padStart(6, "0");
  const text = step >= ms ? digits.slice(0, 3) : `${digits.slice(0, 3)} ${digits.slice(3)}`;
  return { text: `.${text}`, isMain: false };
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * `22 Nov`, with the year if it is not this one, `14:02:09`, and the microseconds after.
 *
 * @param {number} micros
 * @param {boolean} utc
 * @returns {[string, string, number]}
 */
export function parts(micros, utc) {
  const whole = Math.floor(micros);
  const [year, month, date] = dateOf(whole, utc).split("-").map(Number);
  const other = year === new Date().getFullYear() ? "" : ` ${year}`;
  return [
    `${date} ${months[month - 1]}${other}`,
    clock(whole, utc).slice(0, 8),
    Number(fraction(whole)),
  ];
}

/**
 * A stretch of time in words: `22 Nov 14:02:09 – 14:32:10`.
 *
 * @param {number} from
 * @param {number} to
 * @param {boolean} utc
 */
export function stretch(from, to, utc) {
  const digits = to - from < 10 * second ? (to - from < 10 * ms ? 6 : 3) : 0;
  const [day1, time1] = moment(from, digits, utc);
  const [day2, time2] = moment(to, digits, utc);
  return `${day1} ${time1} – ${day1 === day2 ? "" : `${day2} `}${time2}`;
}

/**
 * @param {number} micros
 * @param {number} digits after the second
 * @param {boolean} utc
 */
export function moment(micros, digits, utc) {
  const [date, time, rest] = parts(micros, utc);
  const fraction = digits ? `.${String(rest).padStart(6, "0").slice(0, digits)}` : "";
  return [date, time + fraction];
}

/** @param {number} micros RFC 3339, to the microsecond */
export function iso(micros) {
  const whole = Math.floor(Math.min(Math.max(micros, earliest), latest));
  return `${new Date(Math.floor(whole / ms)).toISOString().slice(0, 19)}.${fraction(whole)}Z`;
}

/**
 * A range as a filter names it: no finer than a pixel tells.
 *
 * @param {[number, number]} range
 * @returns {{since: string, until: string}}
 */
export function written([from, to]) {
  const unit = to - from > 100 * second ? second : to - from > 100 * ms ? ms : 1;
  const text = (/** @type {number} */ micros) => iso(micros).replace(/\.?0+Z$/, "Z");
  return {
    since: text(Math.floor(from / unit) * unit),
    until: text(Math.ceil(to / unit) * unit),
  };
}
