// @ts-check
/** What the drawer says where nothing can be done, and asks before much is undone. */

/** @import { NotificationScreen, TriggerAction } from "./types.d.ts" */

import { h } from "./dom.js";

/** @param {"unknown" | "no recorder" | "no worker"} emptiness */
export function whatToDo(emptiness) {
  switch (emptiness) {
    case "unknown":
      return [h("p", { class: "quiet" }, "…")];
    case "no recorder":
      return [
        h("p", {}, "No recorder runs, so there is no browser to drive."),
        h(
          "p",
          { class: "quiet" },
          "Start one: ",
          h("code", {}, "offstage open https://your.app"),
          " or ",
          h("code", {}, "offstage attach --port 9222"),
          ".",
        ),
      ];
    default:
      return [
        h("p", {}, "The recorded browser has told of no service worker."),
        h(
          "p",
          { class: "quiet" },
          "Open a page of your app in it: its worker appears here once it is registered. ",
          h("code", {}, "offstage doctor URL"),
          " says why a page has none.",
        ),
      ];
  }
}

/**
 * Why there is no notification.
 *
 * @param {NotificationScreen["place"] | null} place where they appear; null if that is not known here
 */
export function noCards(place) {
  switch (place) {
    case "offstage":
      return [
        h("p", {}, "None is shown."),
        h(
          "p",
          { class: "quiet" },
          "What your app shows appears here as its user would see it, and can be clicked.",
        ),
      ];
    case "desktop":
      return [
        h(
          "p",
          {},
          "This browser's notifications appear on its own desktop, where Offstage is not.",
        ),
        h(
          "p",
          { class: "quiet" },
          "They appear here in a browser that Offstage starts with ",
          h("code", {}, "offstage open --notifications offstage"),
          " (Linux; without a window that is so anyway), not in one that it has attached to.",
        ),
      ];
    default:
      return [
        h("p", {}, "The notifications of this source are not on a screen of this process."),
        h(
          "p",
          { class: "quiet" },
          "Another process records it, whose own pages show them, or it is a window off the record, " +
            "whose notifications count as the profile's. ",
          h("code", {}, "offstage notifications"),
          " lists those of all processes.",
        ),
      ];
  }
}

/**
 * @param {TriggerAction} action
 * @returns {[string, string[], string]}
 */
export function question({ kind, origin, scope }) {
  if (kind === "clear-site-data") {
    return [
      "Clear site data",
      [
        `All that the recorded browser keeps for ${origin} is removed: its service workers, caches, ` +
        "databases, cookies and its own log of them.",
        "What Offstage has recorded stays.",
      ],
      "Clear site data",
    ];
  }
  return [
    "Unregister",
    [
      `The service worker of ${
        scope ?? origin
      } is unregistered in the recorded browser, with its ` +
      "push subscription, its syncs and the browser's own log of them.",
      "What Offstage has recorded stays.",
    ],
    "Unregister",
  ];
}
