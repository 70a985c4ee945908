// @ts-check
/** The colours of timeline.css, for canvases: they follow the theme and forced colours. */

/** @import { ServiceName } from "./types.d.ts" */

/**
 * @typedef {object} Palette
 * @property {string} ground
 * @property {string} grid
 * @property {string} line
 * @property {string} text
 * @property {string} quiet
 * @property {string} focus
 * @property {string} focused
 * @property {string} shade
 * @property {string} failed
 * @property {string} record
 * @property {string} gap
 * @property {string} gapGround
 * @property {CanvasPattern | string} hatch
 * @property {CanvasPattern | string} failedHatch
 * @property {Record<ServiceName, string>} services
 * @property {string} font
 */

/**
 * @param {Element} element
 * @param {number} ratio of the screen's pixels to those of the page
 * @returns {Palette}
 */
export function palette(element, ratio) {
  const style = getComputedStyle(element);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: color("ground"),
    grid: color("tl-grid"),
    line: color("line"),
    text: color("text"),
    quiet: color("quiet"),
    focus: color("focus"),
    focused: color("tl-focused"),
    shade: color("tl-shade"),
    failed: color("failed"),
    record: color("record"),
    gap: color("gap"),
    gapGround: color("gap-ground"),
    hatch: hatch(color("gap"), ratio, 7, 1, 0.45),
    failedHatch: hatch(color("failed"), ratio, 4, 1.8, 1),
    services: {
      backgroundFetch: color("fetch-mark"),
      backgroundSync: color("sync-mark"),
      periodicBackgroundSync: color("periodic-mark"),
      notifications: color("notifications-mark"),
      pushMessaging: color("push-mark"),
      paymentHandler: color("payment-mark"),
    },
    font: `11px ${style.fontFamily}`,
  };
}

/**
 * @param {string} color
 * @param {number} ratio
 * @param {number} step
 * @param {number} width
 * @param {number} alpha
 */
function hatch(color, ratio, step, width, alpha) {
  const size = Math.round(step * ratio);
  const tile = new OffscreenCanvas(size, size);
  const context = tile.getContext("2d");
  if (!context) return color;
  context.strokeStyle = color;
  context.globalAlpha = alpha;
  context.lineWidth = width * ratio;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
  }
  context.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? color;
}
