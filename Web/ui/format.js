// @ts-check
/** Moments and lengths of time for people. */

/**
 * `14:02:09.837`, in local time or UTC, or with microseconds.
 *
 * @param {number} micros since 1970
 * @param {boolean} utc
 * @param {boolean} [exactly]
 */
export function clock(micros, utc, exactly = false) {
  const date = new Date(Math.floor(micros / 1000));
  const parts = utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const time = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return `${time}.${fraction(micros).slice(0, exactly ? 6 : 3)}`;
}

/**
 * `2026-11-22`.
 *
 * @param {number} micros
 * @param {boolean} utc
 */
export function day(micros, utc) {
  const date = new Date(Math.floor(micros / 1000));
  const parts = utc
    ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** @param {number} micros the six digits after the second */
export function fraction(micros) {
  return String(((micros % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, "0");
}

/**
 * `0.4 ms`, `13 ms`, `4.1 s`, `3 min`, `2 h`, `5 d`.
 *
 * @param {number} micros
 */
export function length(micros) {
  const sign = micros < 0 ? "−" : "";
  const size = Math.abs(micros);
  /** @type {[number, string, number][]} */
  const units = [[864e8, "d", 1], [36e8, "h", 1], [6e7, "min", 1], [1e6, "s", 1], [1e3, "ms", 1]];
  for (const [unit, name] of units) {
    if (size < unit) continue;
    const value = size / unit;
    return `${sign}${
      value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)
    } ${name}`;
  }
  return size === 0 ? "0" : `${sign}${size} µs`;
}

/** @param {number} number */
export function count(number) {
  return number.toLocaleString("en");
}

/**
 * `512 B`, `1.2 kB`, `12 MB`.
 *
 * @param {number} bytes
 */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * To the millisecond while it is short, so that what belongs together is seen to.
 *
 * @param {number} micros
 */
export function offset(micros) {
  const size = Math.abs(micros);
  const text = size >= 1e6 && size < 6e7 ? `${(size / 1e6).toFixed(3)} s` : length(size);
  return `${micros > 0 ? "+" : micros < 0 ? "−" : ""}${text}`;
}
