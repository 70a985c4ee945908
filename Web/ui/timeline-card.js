// @ts-check
/** What the Timeline says of what the pointer is on, and to screen readers. */

/** @import { Gap, OffEvent } from "./types.d.ts" */
/** @import { Hit, Item, Lane } from "./timeline-lanes.js" */
/** @import { Child } from "./dom.js" */
/** @import { Scene } from "./timeline-draw.js" */

import { telling } from "./cells.js";
import { fill, h } from "./dom.js";
import { count, length } from "./format.js";
import { service } from "./services.js";
import { float } from "./timeline-canvas.js";
import { moment, stretch } from "./timeline-scale.js";
import { gapsAt } from "./timeline-scene.js";

/** Beside the pointer. */
export class TimelineCard {
  element = h("div", { class: "card", role: "tooltip", hidden: true });

  /**
   * @param {Element} canvas
   * @param {{x: number, y: number} | null} pointer on it
   * @param {Hit | null} found there
   * @param {Scene} scene
   */
  show(canvas, pointer, found, scene) {
    const content = pointer && found &&
      card(found, gapsAt(scene, found.lane, pointer.x), scene.bucketMicros, scene.utc);
    canvas.classList.toggle("on-something", Boolean(found?.event ?? found?.bucket));
    this.element.hidden = !content;
    if (!content) return;
    fill(this.element, ...content);
    float(this.element, canvas, pointer);
  }
}

/**
 * @param {Hit} hit
 * @param {Gap[]} gaps at that moment
 * @param {number} bucketMicros
 * @param {boolean} utc
 * @returns {Child[] | null}
 */
function card(hit, gaps, bucketMicros, utc) {
  const told = [
    ...hit.event ? ofEvent(hit.event, utc) : [],
    ...hit.item?.span && hit.item.span.events > 1 ? ofItem(hit.item) : [],
    ...hit.bucket ? ofBucket(hit.bucket, bucketMicros, utc) : [],
    ...gaps.map((gap) => h("p", { class: "gap" }, `▨ Gap: ${gap.sentence}`)),
  ];
  return told.length > 0 ? told : null;
}

/**
 * @param {OffEvent} event
 * @param {boolean} utc
 */
function ofEvent(event, utc) {
  return [
    h("strong", { class: event.outcome ?? "" }, marked(event)),
    event.outcome === "failed" && h("p", { class: "failed" }, telling(event)),
    h("p", {}, moment(event.timestampMicros, 6, utc).join(" ")),
  ];
}

/** @param {Item} item */
function ofItem({ span, from, to }) {
  if (!span) return [];
  const failed = span.outcome === "failed" ? ", failed" : "";
  return [
    h("p", { class: "instance" }, span.instanceId.slice(0, 120)),
    h("p", { class: "quiet" }, `${events(span.events)} in ${length(to - from)}${failed}`),
  ];
}

/**
 * @param {{startMicros: number, events: number, failed: number}} bucket
 * @param {number} width
 * @param {boolean} utc
 */
function ofBucket(bucket, width, utc) {
  return [
    h("strong", {}, events(bucket.events)),
    bucket.failed > 0 && h("p", { class: "failed" }, `✕ ${count(bucket.failed)} failed`),
    h("p", { class: "quiet" }, stretch(bucket.startMicros, bucket.startMicros + width, utc)),
  ];
}

const marks = { ok: "✓ ", failed: "✕ ", pending: "○ " };

/** @param {OffEvent} event */
function marked(event) {
  return (event.outcome ? marks[event.outcome] : "") + event.eventName.slice(0, 120);
}

/** @param {number} number */
export function events(number) {
  return `${count(number)} ${number === 1 ? "event" : "events"}`;
}

/** @param {Lane} lane */
export function laneName({ service: name, origin }) {
  return `${service(name)?.title ?? name}, ${origin}`;
}

/**
 * An event as it is read aloud.
 *
 * @param {OffEvent} event
 * @param {boolean} utc
 */
export function spoken(event, utc) {
  return [
    event.eventName.slice(0, 120),
    event.outcome,
    moment(event.timestampMicros, 3, utc).join(" "),
    `${service(event.service)?.title ?? event.service}, ${event.origin}`,
  ].filter(Boolean).join(", ");
}
