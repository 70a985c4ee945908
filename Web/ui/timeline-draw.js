// @ts-check
/** Draws the Timeline's lanes: density from afar, instances and events when near. */

/** @import { Gap, OffEvent } from "./types.d.ts" */
/** @import { Item, Lane } from "./timeline-lanes.js" */
/** @import { Palette } from "./timeline-palette.js" */
/** @import { Scale } from "./timeline-scale.js" */

import { rowMiddle, trackHeight } from "./timeline-lanes.js";
import { drawBuckets } from "./timeline-density.js";
import { count } from "./format.js";
import { drawCross, drawMark, drawNote, fitted } from "./timeline-marks.js";
import { isFailed, namedBeside, said } from "./timeline-said.js";
import { ticks } from "./timeline-scale.js";

/**
 * @typedef {object} Scene
 * @property {Scale} scale
 * @property {Lane[]} lanes
 * @property {number} bucketMicros
 * @property {Gap[]} gaps
 * @property {Map<string, number>} leases their ends, by service
 * @property {number} now
 * @property {[number, number] | null} brush
 * @property {OffEvent | null} selected
 * @property {string | null} lane the key of the one that has the focus
 * @property {number | null} pointer
 * @property {boolean} utc
 * @property {number} room above each track, for its name
 */

/** @typedef {CanvasRenderingContext2D} Context */

/** A text that has less room says nothing, in pixels. */
const leastText = 48;

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} top of the part that is seen
 * @param {number} height
 */
export function drawLanes(context, palette, scene, top, height) {
  const { scale } = scene;
  context.clearRect(0, 0, scale.width, height);
  drawGrid(context, palette, scene, height);
  const size = trackHeight + scene.room;
  const first = Math.max(0, Math.floor(top / size));
  const last = Math.min(scene.lanes.length, Math.ceil((top + height) / size));
  for (let index = first; index < last; index++) {
    context.save();
    context.translate(0, index * size + scene.room - top);
    context.beginPath();
    context.rect(0, 0, scale.width, trackHeight);
    context.clip();
    drawLane(context, palette, scene, scene.lanes[index]);
    context.restore();
  }
  drawNow(context, palette, scene, height);
  drawBrush(context, palette, scene, height);
  drawPointer(context, palette, scene, height);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} height
 */
function drawGrid(context, palette, { scale, utc }, height) {
  for (const { micros, isMain } of ticks(scale, utc)) {
    context.fillStyle = isMain ? palette.line : palette.grid;
    context.fillRect(Math.round(scale.x(micros)), 0, 1, height);
  }
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 */
function drawLane(context, palette, scene, lane) {
  const { scale } = scene;
  if (lane.key === scene.lane) {
    context.fillStyle = palette.focused;
    context.fillRect(0, 0, scale.width, trackHeight);
  }
  drawGaps(context, palette, scene, lane);
  drawLease(context, palette, scene, lane);
  if (lane.items) drawItems(context, palette, scene, lane, lane.items);
  else drawBuckets(context, palette, scene, lane);
  drawSelected(context, palette, scene, lane);
  context.fillStyle = palette.line;
  context.fillRect(0, trackHeight - 1, scale.width, 1);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 */
function drawGaps(context, palette, scene, lane) {
  const { scale } = scene;
  for (const gap of scene.gaps) {
    if (gap.service !== lane.service) continue;
    const left = Math.max(-1, scale.x(gap.fromMicros));
    const right = Math.min(scale.width + 1, scale.x(gap.toMicros ?? scene.now));
    if (right < 0 || left > scale.width) continue;
    const width = Math.max(2, right - left);
    context.fillStyle = palette.gapGround;
    context.fillRect(left, 0, width, trackHeight - 1);
    context.fillStyle = palette.hatch;
    context.fillRect(left, 0, width, trackHeight - 1);
    context.fillStyle = palette.gap;
    context.fillRect(Math.round(left), 0, 1, trackHeight - 1);
    context.fillRect(Math.round(left + width) - 1, 0, 1, trackHeight - 1);
  }
}

/**
 * From now to where the browser stops recording unless it is asked again.
 *
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 */
function drawLease(context, palette, scene, lane) {
  const { scale } = scene;
  const end = scene.leases.get(lane.service);
  if (end == null || end < scene.now) return;
  const left = Math.max(-2, scale.x(scene.now));
  const right = Math.min(scale.width + 2, scale.x(end));
  if (right <= left) return;
  const y = trackHeight - 5;
  context.fillStyle = palette.quiet;
  for (let x = left; x < right; x += 6) context.fillRect(x, y, Math.min(3, right - x), 1);
  context.fillRect(right - 1, y - 4, 1, 8);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 * @param {Item[]} items
 */
function drawItems(context, palette, { scale }, lane, items) {
  // From the right: what stands beside an item ends where the next of its row begins.
  const ends = new Array(9).fill(scale.width);
  context.font = palette.font;
  context.textBaseline = "middle";
  const crowded = items.filter(({ isCrowded, from, to }) =>
    isCrowded && to >= scale.from && from <= scale.to
  );
  const note = crowded.length > 0 ? `+${count(crowded.length)} more` : "";
  if (note) ends[0] -= context.measureText(note).width + 12;
  const named = namedBeside(items, scale);
  for (const item of items.toReversed()) {
    const left = scale.x(item.from), right = scale.x(item.to);
    const isSeen = right >= -8 && left <= scale.width + 8;
    const told = named.get(item);
    if (isSeen) {
      drawItem(context, palette, scale, lane, item, left, right);
      if (told !== null) {
        drawName(context, palette, scale, lane, told ?? item, [left, right, ends[item.row]]);
      }
    }
    ends[item.row] = Math.min(ends[item.row], left - 6);
  }
  // Last, so that nothing hides what failed.
  for (const { row, events } of items) {
    for (const { outcome, timestampMicros } of events) {
      if (outcome !== "failed") continue;
      drawCross(context, palette, scale.x(timestampMicros), rowMiddle(lane, row), 4);
    }
  }
  if (note) drawNote(context, palette, note, scale.width);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scale} scale
 * @param {Lane} lane
 * @param {Item} item
 * @param {number} left
 * @param {number} right
 */
function drawItem(context, palette, scale, lane, item, left, right) {
  const y = rowMiddle(lane, item.row);
  const { service } = item.span ?? item.events[0];
  const color = palette.services[service];
  if (item.span && item.span.events > 1) {
    const from = Math.max(-8, left), to = Math.min(scale.width + 8, Math.max(right, left + 1));
    context.fillStyle = item.span.outcome === "failed" ? palette.failed : color;
    context.globalAlpha = 0.22;
    context.fillRect(from - 4, y - 6, to - from + 8, 12);
    context.globalAlpha = 1;
    context.fillRect(from, y - 0.5, to - from, 1);
  }
  for (const event of item.events) {
    drawMark(context, palette, color, event.outcome, scale.x(event.timestampMicros), y);
  }
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scale} scale
 * @param {Lane} lane
 * @param {Item} item
 * @param {[left: number, right: number, end: number]} place of what it stands beside, and the end of
 *   the room there
 */
function drawName(context, palette, scale, lane, item, [left, right, end]) {
  const y = rowMiddle(lane, item.row);
  const text = said(item);
  if (!text) return;
  context.fillStyle = isFailed(item) ? palette.failed : palette.quiet;
  const room = Math.min(end, scale.width) - right - 9;
  if (right >= 0 && room >= leastText) {
    return context.fillText(fitted(context, text, Math.min(room, 150)), right + 9, y + 0.5);
  }
  // What goes on beyond the window has its name above, where no other row is.
  const seen = Math.min(right, scale.width) - Math.max(0, left);
  if (lane.rows > 1 || seen < 2 * leastText) return;
  context.fillText(fitted(context, text, seen - 4), Math.max(left, 4), y - 14);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Lane} lane
 */
function drawSelected(context, palette, { scale, selected }, lane) {
  if (!selected || selected.service !== lane.service || selected.origin !== lane.origin) return;
  const x = scale.x(selected.timestampMicros);
  const item = lane.items?.find(({ events }) => events.some(({ id }) => id === selected.id));
  context.fillStyle = palette.focus;
  context.fillRect(Math.round(x) - 0.5, 0, 1, trackHeight);
  if (lane.items && !item) return;
  context.beginPath();
  context.arc(x, item ? rowMiddle(lane, item.row) : trackHeight - 8, 7, 0, 2 * Math.PI);
  context.strokeStyle = palette.focus;
  context.lineWidth = 2;
  context.stroke();
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} height
 */
function drawNow(context, palette, { scale, now }, height) {
  const x = scale.x(now);
  if (x < 0 || x > scale.width) return;
  context.fillStyle = palette.record;
  context.fillRect(Math.round(x), 0, 1, height);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} height
 */
export function drawBrush(context, palette, { scale, brush }, height) {
  if (!brush) return;
  const left = Math.max(-1, scale.x(brush[0])),
    right = Math.min(scale.width + 1, scale.x(brush[1]));
  context.fillStyle = palette.shade;
  context.fillRect(0, 0, Math.max(0, Math.min(left, scale.width)), height);
  context.fillRect(Math.max(0, right), 0, scale.width, height);
  context.fillStyle = palette.focus;
  context.fillRect(Math.round(left), 0, 1, height);
  context.fillRect(Math.round(right) - 1, 0, 1, height);
}

/**
 * @param {Context} context
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} height
 */
export function drawPointer(context, palette, { pointer }, height) {
  if (pointer == null) return;
  context.fillStyle = palette.quiet;
  context.globalAlpha = 0.5;
  context.fillRect(Math.round(pointer), 0, 1, height);
  context.globalAlpha = 1;
}
