// @ts-check
/** Which event of the Timeline is selected: by click, or by keys along a lane. */

/** @import { OffEvent } from "./types.d.ts" */
/** @import { Hit, Lane } from "./timeline-lanes.js" */
/** @import { TimelineData } from "./timeline-data.js" */

import { eventsOf, laneKey } from "./timeline-lanes.js";

export class TimelineChoice {
  /**
   * @param {TimelineData} data
   * @param {(event: OffEvent) => void} choose
   * @param {(work: () => Promise<void>) => Promise<void>} attempt tells of what fails
   */
  constructor(data, choose, attempt) {
    this.data = data;
    this.choose = choose;
    this.attempt = attempt;
  }

  /** @param {Hit} hit what was clicked on */
  at({ lane, event, item, bucket }) {
    if (event) return this.choose(event);
    const at = item?.from ?? bucket?.startMicros;
    if (at != null) this.#ask(lane, at, 1);
  }

  /**
   * The next or the previous event of a lane, also where they are not read one by one.
   *
   * @param {Lane} lane
   * @param {OffEvent} selected
   * @param {number} step
   */
  beside(lane, selected, step) {
    const known = eventsOf(lane);
    const index = known.findIndex(({ id }) => id === selected.id);
    const next = index < 0 ? undefined : known[index + step];
    if (next) return this.choose(next);
    this.#ask(lane, selected.timestampMicros + step, step);
  }

  /**
   * @param {Lane} lane
   * @param {number} micros
   */
  near(lane, micros) {
    const distance = (/** @type {OffEvent | null} */ event) =>
      event ? Math.abs(event.timestampMicros - micros) : Infinity;
    const nearer = (/** @type {OffEvent | null} */ one, /** @type {OffEvent | null} */ other) =>
      distance(other) < distance(one) ? other : one;
    const known = eventsOf(lane).reduce(nearer, /** @type {OffEvent | null} */ (null));
    if (known) return this.choose(known);
    this.attempt(async () => {
      const sides = [1, -1].map((way) => this.data.nextTo(lane, Math.round(micros), way));
      const [after, before] = await Promise.all(sides);
      const found = nearer(after, before);
      if (found) this.choose(found);
    });
  }

  /**
   * @param {Lane} lane
   * @param {number} micros
   * @param {number} way
   */
  #ask(lane, micros, way) {
    this.attempt(async () => {
      const event = await this.data.nextTo(lane, micros, way);
      if (event) this.choose(event);
    });
  }
}

/**
 * @param {Lane[]} lanes
 * @param {OffEvent} event
 */
export function laneOf(lanes, { service, origin }) {
  return lanes.find(({ key }) => key === laneKey(service, origin));
}
