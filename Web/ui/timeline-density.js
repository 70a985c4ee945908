// @ts-check
/** Draws how many events there were when, of one lane. */

/** @import { Context } from "./timeline-marks.js" */
/** @import { Lane } from "./timeline-lanes.js" */
/** @import { Palette } from "./timeline-palette.js" */
/** @import { Scene } from "./timeline-draw.js" */

import { count } from "./format.js";
import { trackHeight } from "./timeline-lanes.js";
import { drawCross, drawNote } from "./timeline-marks.js";

const foot = trackHeight - 8;
const room = foot - 15;
/** Crosses nearer than this are one, in pixels. */
const betweenCrosses = 18;

/**
 * The highest bar that is seen fills the lane, and is told in figures.
 *
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 */
export function drawBuckets(context, palette, { scale, bucketMicros }, lane) {
  const seen = lane.buckets.filter(({ startMicros }) =>
    startMicros + bucketMicros > scale.from && startMicros < scale.to
  );
  const most = seen.reduce((most, { events }) => Math.max(most, events), 0);
  let lastCross = -Infinity;
  for (const { startMicros, events, failed } of seen) {
    const left = scale.x(startMicros), right = scale.x(startMicros + bucketMicros);
    const width = Math.max(1, right - left - (right - left > 3 ? 1 : 0));
    const height = Math.max(2, events / most * room);
    context.fillStyle = palette.services[lane.service];
    context.fillRect(left, foot - height, width, height);
    if (failed === 0) continue;
    // Hatched, so that the colour is not the only sign.
    const share = Math.max(3, height * failed / events);
    context.fillStyle = palette.ground;
    context.fillRect(left, foot - share - 1, width, share + 1);
    context.fillStyle = palette.failedHatch;
    context.fillRect(left, foot - share, width, share);
    const middle = left + width / 2;
    if (middle - lastCross < betweenCrosses) continue;
    lastCross = middle;
    drawCross(context, palette, middle, foot - Math.max(height, share) - 5, 2.5);
  }
  drawFoot(context, palette, scale.width);
  if (most > 0) drawNote(context, palette, `▴ ${count(most)}`, 0);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {number} width
 */
function drawFoot(context, palette, width) {
  context.fillStyle = palette.quiet;
  context.globalAlpha = 0.35;
  context.fillRect(0, foot, width, 1);
  context.globalAlpha = 1;
}
