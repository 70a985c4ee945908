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
    hatch: hatch(color("gap"), ratio),
    services: {
      backgroundFetch: color("tl-fetch"),
      backgroundSync: color("tl-sync"),
      periodicBackgroundSync: color("tl-periodic"),
      notifications: color("tl-notifications"),
      pushMessaging: color("tl-push"),
      paymentHandler: color("tl-payment"),
    },
    font: `11px ${style.fontFamily}`,
  };
}

/**
 * @param {string} color
 * @param {number} ratio
 */
function hatch(color, ratio) {
  const size = Math.round(7 * ratio);
  const tile = new OffscreenCanvas(size, size);
  const context = tile.getContext("2d");
  if (!context) return color;
  context.strokeStyle = color;
  context.globalAlpha = 0.45;
  context.lineWidth = ratio;
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
