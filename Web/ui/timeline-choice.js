// @ts-check
/** Which event of the Timeline is selected: by click, or by keys along a lane. */

/** @import { OffEvent, ServiceName } from "./types.d.ts" */
/** @import { Hit, Lane } from "./timeline-lanes.js" */
/** @import { TimelineData } from "./timeline-data.js" */

import { eventsOf, keyOf } from "./timeline-lanes.js";

export class TimelineChoice {
  /** Everything that was asked for before. @type {Promise<void>} */
  #earlier = Promise.resolve();

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

  /**
   * One after the other: a key that comes while an answer is waited for goes on from that answer.
   *
   * @param {() => Promise<void>} work
   */
  inTurn(work) {
    const next = () => this.attempt(work);
    this.#earlier = this.#earlier.then(next, next);
  }

  /** @param {Hit} hit what was clicked on */
  async at({ lane, event, item, bucket }) {
    const at = item?.from ?? bucket?.startMicros;
    if (event) this.choose(event);
    else if (at != null) await this.#ask(lane, at, 1);
  }

  /**
   * The next or the previous event of a lane, also where they are not read one by one.
   *
   * @param {Lane | undefined} lane as far as it is known
   * @param {OffEvent} selected
   * @param {number} step
   */
  async beside(lane, selected, step) {
    const known = lane ? eventsOf(lane) : [];
    const index = known.findIndex(({ id }) => id === selected.id);
    const next = index < 0 ? undefined : known[index + step];
    if (next) this.choose(next);
    else await this.#ask(selected, selected.timestampMicros + step, step);
  }

  /**
   * @param {Lane} lane
   * @param {number} micros
   */
  async near(lane, micros) {
    const distance = (/** @type {OffEvent | null} */ event) =>
      event ? Math.abs(event.timestampMicros - micros) : Infinity;
    const nearer = (/** @type {OffEvent | null} */ one, /** @type {OffEvent | null} */ other) =>
      distance(other) < distance(one) ? other : one;
    const known = eventsOf(lane).reduce(nearer, /** @type {OffEvent | null} */ (null));
    if (known) return this.choose(known);
    const sides = [1, -1].map((way) => this.data.nextTo(lane, Math.round(micros), way));
    const [after, before] = await Promise.all(sides);
    const found = nearer(after, before);
    if (found) this.choose(found);
  }

  /**
   * @param {{service: ServiceName, origin: string}} lane
   * @param {number} micros
   * @param {number} way
   */
  async #ask(lane, micros, way) {
    const event = await this.data.nextTo(lane, micros, way);
    if (event) this.choose(event);
  }
}

/**
 * @param {Lane[]} lanes
 * @param {OffEvent} event
 */
export function laneOf(lanes, event) {
  return lanes.find(({ key }) => key === keyOf(event));
}
