// @ts-check
/** The marks of single events, and texts that fit. */

/** @import { OffEvent } from "./types.d.ts" */
/** @import { Palette } from "./timeline-palette.js" */

/** @typedef {CanvasRenderingContext2D} Context */

/**
 * Colour is never the only sign: ok is full, pending hollow, failed a cross, others a bar.
 *
 * @param {Context} context
 * @param {Palette} palette
 * @param {string} color
 * @param {OffEvent["outcome"]} outcome
 * @param {number} x
 * @param {number} y
 */
export function drawMark(context, palette, color, outcome, x, y) {
  if (outcome === "failed") return drawCross(context, palette, x, y, 4);
  if (outcome == null) {
    context.fillStyle = color;
    return context.fillRect(x - 1.5, y - 5, 3, 10);
  }
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fillStyle = outcome === "ok" ? color : palette.ground;
  context.fill();
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function drawCross(context, palette, x, y, size) {
  context.beginPath();
  context.moveTo(x - size, y - size);
  context.lineTo(x + size, y + size);
  context.moveTo(x + size, y - size);
  context.lineTo(x - size, y + size);
  // On whatever else lies there.
  context.strokeStyle = palette.ground;
  context.lineWidth = size > 3 ? 5 : 3;
  context.stroke();
  context.strokeStyle = palette.failed;
  context.lineWidth = size > 3 ? 2.2 : 1.4;
  context.stroke();
}

/**
 * In the upper corner of a lane, over what lies there.
 *
 * @param {Context} context
 * @param {Palette} palette
 * @param {string} text
 * @param {number} end where a text stands that does not begin on the left; else 0
 */
export function drawNote(context, palette, text, end) {
  context.font = palette.font;
  context.textBaseline = "middle";
  const width = context.measureText(text).width + 6;
  const left = end ? end - width - 2 : 2;
  context.globalAlpha = 0.8;
  context.fillStyle = palette.ground;
  context.fillRect(left, 2, width, 13);
  context.globalAlpha = 1;
  context.fillStyle = palette.quiet;
  context.fillText(text, left + 3, 9);
}

/**
 * @param {Context} context
 * @param {string} text
 * @param {number} room
 */
export function fitted(context, text, room) {
  let shown = text.slice(0, 60);
  if (shown === text && context.measureText(text).width <= room) return text;
  while (shown && context.measureText(shown + "…").width > room) shown = shown.slice(0, -1);
  return shown && shown + "…";
}
