// @ts-check
/** What the pointer, the wheel and fingers do: zoom, pan, brush, select. */

import { Scale } from "./timeline-scale.js";

/** So many pixels of movement still make a click. */
const slack = 4;

/**
 * What the pointer may do to a Timeline.
 *
 * @typedef {object} Hands
 * @property {() => Scale} scale
 * @property {(scale: Scale) => void} look
 * @property {(pixels: number) => void} scroll
 * @property {(range: [number, number] | null, isDone: boolean) => void} brush
 * @property {(x: number, y: number) => void} click
 * @property {(x: number | null, y: number) => void} hover
 */

/**
 * @param {HTMLElement} element
 * @param {Hands} hands
 * @param {boolean} isRuler drags brush a range, instead of panning
 */
export function handle(element, hands, isRuler) {
  /** @type {Map<number, {x: number, y: number}>} fingers, or the mouse */
  const down = new Map();
  let moved = 0;
  /** @type {number | null} the moment at which a brush began */
  let brushed = null;

  /** @param {MouseEvent} event */
  const place = (event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 400 : 1;
    const { deltaX, deltaY } = event;
    const scale = hands.scale();
    const sideways = event.shiftKey ? deltaY || deltaX : deltaX;
    if (event.shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) {
      return hands.look(scale.panned(sideways * unit));
    }
    // A pinch of a touchpad comes as a wheel with Ctrl and small steps.
    const speed = event.ctrlKey ? 0.01 : 0.002;
    hands.look(scale.zoomed(Math.exp(deltaY * unit * speed), place(event).x));
  }, { passive: false });

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    const at = place(event);
    down.set(event.pointerId, at);
    if (down.size > 1) return brushed = null;
    moved = 0;
    if (isRuler || event.shiftKey) brushed = hands.scale().at(at.x);
  });

  element.addEventListener("pointermove", (event) => {
    const at = place(event);
    const before = down.get(event.pointerId);
    if (!before) return hands.hover(at.x, at.y);
    down.set(event.pointerId, at);
    moved += Math.hypot(at.x - before.x, at.y - before.y);
    if (moved <= slack) return;
    hands.hover(null, 0);
    const scale = hands.scale();
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) return hands.look(pinched(scale, before.x, at.x, other.x));
    if (brushed != null) return hands.brush(ordered(brushed, scale.at(at.x)), false);
    hands.look(scale.panned(before.x - at.x));
    if (event.pointerType === "mouse") hands.scroll(before.y - at.y);
  });

  /** @param {PointerEvent} event */
  const end = (event) => {
    if (!down.delete(event.pointerId)) return;
    const { x, y } = place(event);
    const began = brushed;
    if (down.size === 0) brushed = null;
    if (event.type === "pointercancel") return;
    if (moved > slack && began != null) {
      return hands.brush(ordered(began, hands.scale().at(x)), true);
    }
    if (moved <= slack && down.size === 0) {
      if (isRuler) hands.brush(null, true);
      else hands.click(x, y);
    }
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("pointerleave", () => hands.hover(null, 0));
  element.addEventListener("dblclick", (event) => {
    if (!isRuler) hands.look(hands.scale().zoomed(1 / 4, place(event).x));
  });
}

/**
 * One finger has moved, the other rests.
 *
 * @param {Scale} scale
 * @param {number} before
 * @param {number} after
 * @param {number} other
 */
function pinched(scale, before, after, other) {
  const was = Math.abs(before - other), is = Math.abs(after - other);
  return was < 8 || is < 8 ? scale : scale.zoomed(was / is, other);
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {[number, number]}
 */
function ordered(one, other) {
  return one < other ? [one, other] : [other, one];
}

/**
 * The overview: a drag of the window moves it, a drag beside it makes a new one.
 *
 * @param {HTMLElement} element
 * @param {Pick<Hands, "scale" | "look"> & {overview: () => Scale | null}} hands
 */
export function handleOverview(element, hands) {
  /** @type {{began: number, scale: Scale, isMove: boolean} | null} */
  let drag = null;

  /** @param {PointerEvent} event */
  const at = (event) => {
    const overview = hands.overview();
    return overview ? overview.at(event.clientX - element.getBoundingClientRect().left) : 0;
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !hands.overview()) return;
    element.setPointerCapture(event.pointerId);
    const scale = hands.scale();
    const began = at(event);
    drag = { began, scale, isMove: scale.from <= began && began <= scale.to };
  });

  element.addEventListener("pointermove", (event) => {
    if (!drag || !event.buttons) return;
    const { began, scale, isMove } = drag;
    const here = at(event);
    const by = here - began;
    if (isMove) hands.look(new Scale(scale.from + by, scale.to + by, scale.width));
    else if (Math.abs(by) > 0) hands.look(new Scale(...ordered(began, here), scale.width));
  });

  element.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { began, scale, isMove } = drag;
    drag = null;
    if (isMove || at(event) !== began) return;
    hands.look(new Scale(began - scale.span / 2, began + scale.span / 2, scale.width));
  });
}
