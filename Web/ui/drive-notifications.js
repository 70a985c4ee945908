// @ts-check
/** The notifications on the browser's screen. */

/** @import { NotificationCard, NotificationScreen, TriggerAction, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { h } from "./dom.js";
import { DriveCard } from "./drive-card.js";
import { refill } from "./drive-parts.js";
import { noCards } from "./drive-said.js";

/** A site may show any number. */
const mostShown = 50;
/** A longer title says no better which one is meant. */
const longestTitle = 200;

export class DriveNotifications {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};
  /** Whose screen it is: the id of a source. @type {string | null} */
  source = null;

  /** @type {NotificationCard[] | null} newest first; null before they were asked for */
  #cards = null;
  /** @type {NotificationScreen["place"] | null} */
  #place = null;
  /** Of which source these are. */
  #asked = "";
  /** By what makes it another one. A card stays as long as it is shown, with what is typed into it. */
  #shown = new Map();

  #said = h("div");
  #list = h("ul", { class: "cards" });
  element = h(
    "div",
    { tabindex: "-1" },
    h("h3", {}, "Notifications on the screen"),
    this.#said,
    this.#list,
  );

  /**
   * @param {unknown} _worker a screen is that of a browser
   * @param {View} view
   */
  render(_worker, view) {
    const cards = this.#asked === this.source ? this.#cards : null;
    const place = this.#asked === this.source ? this.#place : null;
    const more = Math.max(0, (cards?.length ?? 0) - mostShown);
    refill(this.#said, [cards?.length === 0, place, cards == null, more], () => {
      if (cards == null) return [h("p", { class: "quiet" }, "…")];
      if (cards.length === 0) return noCards(place);
      return [
        more > 0 && h("p", { class: "quiet" }, `The newest ${mostShown}; ${more} are older.`),
      ];
    });
    this.#put(cards?.slice(0, mostShown) ?? [], view);
  }

  async renew() {
    const { source } = this;
    if (source == null) return;
    /** @type {{ notifications: NotificationCard[], screens: NotificationScreen[] }} */
    const { notifications, screens } = await ask(
      `/notifications?${new URLSearchParams({ source })}`,
    );
    if (source !== this.source) return;
    this.#asked = source;
    this.#cards = notifications.reverse();
    this.#place = screens[0]?.place ?? null;
  }

  focus() {
    const [first] = this.#shown.values();
    if (first) first.focus();
    else this.element.focus();
  }

  /**
   * @param {NotificationCard[]} cards
   * @param {View} view
   */
  #put(cards, view) {
    const hadFocus = this.#list.contains(document.activeElement);
    const before = this.#shown;
    this.#shown = new Map(cards.map((card) => {
      const key = `${card.source.id} ${card.number} ${card.shownMicros}`;
      return [key, before.get(key) ?? this.#card(card)];
    }));
    for (const [key, { element }] of before) if (!this.#shown.has(key)) element.remove();
    cards.forEach((card, index) => {
      const shown = [...this.#shown.values()][index];
      const there = this.#list.children[index] ?? null;
      if (shown.element !== there) this.#list.insertBefore(shown.element, there);
      shown.card = card;
      shown.render(view);
    });
    // What had it is gone.
    if (hadFocus && !this.#list.contains(document.activeElement)) this.focus();
  }

  /** @param {NotificationCard} card */
  #card(card) {
    const { number, origin, title } = card;
    return new DriveCard(card, (gesture) =>
      this.perform({
        kind: "notification",
        ...origin == null ? {} : { origin },
        number,
        // So that it is not another one that took its place meanwhile.
        ...title.length <= longestTitle ? { title } : {},
        ...gesture,
      }));
  }
}
