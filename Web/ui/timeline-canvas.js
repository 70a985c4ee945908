// @ts-check
/** A canvas at the screen's own resolution, and what floats above one. */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @param {(context: CanvasRenderingContext2D) => void} draw
 */
export function drawOn(canvas, width, height, draw) {
  const ratio = devicePixelRatio;
  const columns = Math.round(width * ratio), rows = Math.round(height * ratio);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context || columns === 0 || rows === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(context);
}

/**
 * Beside the pointer, within its parent.
 *
 * @param {HTMLElement} card
 * @param {Element} canvas
 * @param {{x: number, y: number}} pointer on the canvas
 */
export function float(card, canvas, pointer) {
  const parent = card.parentElement?.getBoundingClientRect();
  if (!parent) return;
  const box = canvas.getBoundingClientRect();
  const x = box.left - parent.left + pointer.x, y = box.top - parent.top + pointer.y;
  const { offsetWidth, offsetHeight } = card;
  const left = x + 14 + offsetWidth > parent.width ? x - 14 - offsetWidth : x + 14;
  const top = y + 16 + offsetHeight > parent.height ? y - 12 - offsetHeight : y + 16;
  card.style.transform = `translate(${Math.max(2, left)}px, ${Math.max(2, top)}px)`;
}
