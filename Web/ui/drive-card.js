// @ts-check
/** A notification, as the person at the screen sees it, and with what that person can do to it. */

/** @import { NotificationCard, TriggerAction, View } from "./types.d.ts" */

import { h } from "./dom.js";
import { refill } from "./drive-parts.js";
import { clock, count } from "./format.js";
import { eventAddress, operationAddress } from "./operation-parts.js";

/** Of a text of megabytes so much is shown, in UTF-16 units. */
const longest = { title: 200, body: 2000, button: 60 };

/** @typedef {(gesture: Partial<TriggerAction>) => void} Act */

export class DriveCard {
  #facts = h("p", { class: "quiet" });
  #face;

  /**
   * @param {NotificationCard} card
   * @param {Act} act
   */
  constructor(card, act) {
    this.card = card;
    const title = cut(card.title, longest.title) || "(no title)";
    const image = picture(card.image, "Image");
    this.#face = h(
      "button",
      {
        type: "button",
        class: "face",
        title: "Click it, as its user would",
        onclick: () => act({ gesture: "click" }),
      },
      picture(card.icon, ""),
      h("strong", { dir: "auto" }, title),
      card.body !== "" && h("span", { class: "text", dir: "auto" }, cut(card.body, longest.body)),
      image,
    );
    this.element = h(
      "li",
      {},
      h("div", { class: "top" }, this.#face, this.#dismiss(title, act)),
      card.actions.length > 0 && h("div", { class: "acts" }, ...this.#acts(act)),
      this.#facts,
    );
  }

  /** @param {View} view */
  render(view) {
    const { card } = this;
    refill(this.#facts, [card.eventId, card.operationId, card.tag, card.isSure, view], () => [
      ...[
        card.requireInteraction && "requireInteraction",
        card.silent && "silent",
      ].flatMap((chip) => chip ? [h("span", { class: "chip" }, chip), " "] : []),
      h("span", { class: "origin" }, card.origin ?? "no page's"),
      `, ${clock(card.shownMicros, view.utc).slice(0, 8)}`,
      ...card.tag ? [", tag ", h("code", {}, cut(card.tag, longest.button))] : [],
      ...this.#links(view),
    ]);
  }

  focus() {
    this.#face.focus({ preventScroll: true });
  }

  /** @param {View} view */
  #links(view) {
    const { eventId, operationId, isSure } = this.card;
    if (eventId == null) return [", not logged so far"];
    const link = (/** @type {string} */ text, /** @type {string} */ href) =>
      h("a", { class: "inside", "data-key": text, href }, text);
    return [
      isSure ? ", " : ", likely ",
      operationId != null && link(`operation ${operationId}`, operationAddress(operationId, view)),
      operationId != null && " ",
      link(`#${eventId}`, eventAddress(eventId, "notifications", view)),
    ];
  }

  /**
   * @param {string} title
   * @param {Act} act
   */
  #dismiss(title, act) {
    return h("button", {
      type: "button",
      class: "dismiss",
      title: "Dismiss it, as its user would",
      "aria-label": `Dismiss ${title}`,
      onclick: () => act({ gesture: "dismiss" }),
    }, "✕");
  }

  /** @param {Act} act */
  #acts(act) {
    return this.card.actions.map(({ type, title, placeholder }, button) => {
      const name = cut(title, longest.button) || "(no title)";
      if (type !== "text") {
        const onclick = () => act({ gesture: "action", button });
        return h("button", { type: "button", dir: "auto", onclick }, name);
      }
      const text = h("input", {
        type: "text",
        "aria-label": `Reply: ${name}`,
        placeholder: cut(placeholder ?? "", longest.button),
      });
      const onsubmit = (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        act({ gesture: "reply", text: text.value });
        text.value = "";
      };
      return h("form", { class: "line", onsubmit }, text, h("button", { dir: "auto" }, name));
    });
  }
}

/**
 * The server gives PNGs in base64, and the page's policy allows them as `data:`.
 *
 * @param {string | null} bytes
 * @param {string} alt
 */
function picture(bytes, alt) {
  return bytes && h("img", { src: `data:image/png;base64,${bytes}`, alt, decoding: "async" });
}

/**
 * @param {string} text
 * @param {number} length
 */
function cut(text, length) {
  if (text.length <= length) return text;
  const rest = text.length - length;
  // Half of a pair would be shown as a stranger's sign.
  return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}… (${count(rest)} more)`;
}
