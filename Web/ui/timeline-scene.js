// @ts-check
/** What is drawn at one moment, put together from all that is known. */

/** @import { Gap, OffEvent, ServiceStatus, View } from "./types.d.ts" */
/** @import { Lane } from "./timeline-lanes.js" */
/** @import { Scene } from "./timeline-draw.js" */
/** @import { TimelineData } from "./timeline-data.js" */

import { isSource } from "./matching.js";
import { isRecorded } from "./off-nav.js";
import { now } from "./saved.js";

/**
 * @param {{statuses: ServiceStatus[], gaps: Gap[], selected: OffEvent | null}} known
 * @param {TimelineData} data
 * @param {View} view
 * @param {Pick<Scene, "scale" | "lanes" | "brush" | "lane" | "pointer" | "room">} seen
 * @returns {Scene}
 */
export function scene({ statuses, gaps, selected }, data, view, seen) {
  const isShown = (/** @type {{source: {id: string, name: string}}} */ { source }) =>
    !view.source || isSource(source, view.source);
  return {
    ...seen,
    bucketMicros: data.far?.widthMicros ?? 1,
    gaps: gaps.filter(isShown),
    leases: leases(statuses.filter(isShown)),
    now: now() * 1000,
    selected,
    utc: view.utc,
  };
}

/** @param {ServiceStatus[]} statuses */
export function isLive(statuses) {
  return statuses.some(isRecorded);
}

/**
 * The first end of each service's.
 *
 * @param {ServiceStatus[]} statuses
 */
function leases(statuses) {
  const ends = new Map();
  for (const { service, lease } of statuses.filter(isRecorded)) {
    const end = lease?.expiresMicros ?? 0;
    ends.set(service, Math.min(end, ends.get(service) ?? end));
  }
  return ends;
}

/**
 * @param {Scene} scene
 * @param {Lane} lane
 * @param {number} x
 */
export function gapsAt({ scale, gaps, now }, lane, x) {
  const at = scale.at(x);
  return gaps.filter((gap) =>
    gap.service === lane.service && gap.fromMicros <= at && (gap.toMicros ?? now) >= at
  );
}
