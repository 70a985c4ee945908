// @ts-check
/** Draws what stands around the lanes: the ruler, and the overview of all time. */

/** @import { Histogram } from "./types.d.ts" */
/** @import { Context } from "./timeline-marks.js" */
/** @import { Palette } from "./timeline-palette.js" */
/** @import { Scene } from "./timeline-draw.js" */
/** @import { Scale } from "./timeline-scale.js" */

import { drawBrush, drawPointer } from "./timeline-draw.js";
import { ticks } from "./timeline-scale.js";

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} height
 */
export function drawRuler(context, palette, scene, height) {
  const { scale } = scene;
  context.clearRect(0, 0, scale.width, height);
  drawBrush(context, palette, scene, height);
  drawTicks(context, palette, scale, scene.utc, height);
  const now = scale.x(scene.now);
  context.fillStyle = palette.record;
  context.beginPath();
  context.moveTo(now - 4, height - 6);
  context.lineTo(now + 4, height - 6);
  context.lineTo(now, height);
  context.fill();
  drawPointer(context, palette, scene, height);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scale} scale
 * @param {boolean} utc
 * @param {number} height
 */
function drawTicks(context, palette, scale, utc, height) {
  context.font = palette.font;
  context.textBaseline = "middle";
  for (const { micros, text, isMain } of ticks(scale, utc)) {
    const x = Math.round(scale.x(micros));
    context.fillStyle = palette.line;
    context.fillRect(x, isMain ? 0 : height - 6, 1, height);
    context.fillStyle = isMain ? palette.text : palette.quiet;
    if (x + 4 + context.measureText(text).width > scale.width) continue;
    context.fillText(text, x + 4, height / 2 - 1);
  }
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Histogram | null} whole
 * @param {Scale} overview
 * @param {Scene} scene
 * @param {number} height
 */
export function drawOverview(context, palette, whole, overview, scene, height) {
  const { scale, utc } = scene;
  context.clearRect(0, 0, overview.width, height);
  const foot = height - 1;
  const most = Math.max(1, ...whole?.totals.map(({ events }) => events) ?? []);
  for (const { startMicros, events, failed } of whole?.totals ?? []) {
    const left = overview.x(startMicros);
    const right = overview.x(startMicros + (whole?.widthMicros ?? 0));
    const width = Math.max(1.5, right - left);
    const size = Math.max(2, Math.sqrt(events / most) * (foot - 15));
    context.fillStyle = palette.quiet;
    context.fillRect(left, foot - size, width, size);
    if (failed === 0) continue;
    const share = Math.max(2, size * failed / events);
    context.fillStyle = palette.failed;
    context.fillRect(left, foot - share, width, share);
  }
  for (const { micros, text } of ticks(overview, utc)) {
    const x = Math.round(overview.x(micros));
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, height);
    context.font = palette.font;
    context.textBaseline = "middle";
    context.fillStyle = palette.quiet;
    context.fillText(text, x + 4, 7);
  }
  drawBrush(context, palette, { ...scene, scale: overview }, height);
  const left = Math.max(0, overview.x(scale.from));
  const right = Math.min(overview.width, Math.max(left + 3, overview.x(scale.to)));
  context.fillStyle = palette.focused;
  context.fillRect(left, 0, right - left, height);
  context.strokeStyle = palette.focus;
  context.lineWidth = 1.5;
  context.strokeRect(left + 0.75, 0.75, Math.max(1.5, right - left - 1.5), height - 1.5);
}
