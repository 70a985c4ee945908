// @ts-check
/** What can be triggered and what came of it, in words. */

/** @import { DriveSection, KnownWorker, ServiceName, Trigger, TriggerAction } from "./types.d.ts" */

/** @type {[DriveSection, string][]} */
export const sections = [
  ["push", "Push"],
  ["sync", "Sync"],
  ["network", "Network"],
  ["worker", "Worker"],
  ["fetches", "Fetches"],
  ["notifications", "Notifications"],
];

/**
 * @param {string | null} text
 * @returns {DriveSection | null}
 */
export function readSection(text) {
  return sections.find(([name]) => name === text)?.[0] ?? null;
}

/** @param {TriggerAction} action */
export function actionText(action) {
  const { kind } = action;
  switch (kind) {
    case "push":
      return (action.real ? "real " : "") +
        (action.data ? `push “${brief(action.data)}”` : "push without payload");
    case "sync":
      return `sync ${brief(action.tag ?? "")}${action.lastChance ? ", last chance" : ""}`;
    case "periodic-sync":
      return `periodic-sync ${brief(action.tag ?? "")}`;
    case "worker":
      return `worker ${action.change}`;
    case "fetch-abort":
      return `fetch-abort ${brief(action.id ?? "")}`;
    case "permission":
      return `permission ${brief(action.name ?? "")} ${action.setting}`;
    case "notification": {
      const { gesture, button, text, title, tag } = action;
      const what = gesture === "action" ? `action ${button}` : gesture;
      const on = brief(title ?? tag ?? "");
      return `notification ${what}${gesture === "reply" ? ` “${brief(text ?? "")}”` : ""}` +
        (on && ` on “${on}”`);
    }
    default:
      return kind;
  }
}

/** @param {string} text */
export function brief(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** @param {Trigger["verdict"]} verdict */
export function verdictWord(verdict) {
  return verdict ? `${signs[verdict]} ${verdict}` : "… under way";
}

/** @param {Trigger["verdict"]} verdict */
export function verdictText(verdict) {
  return verdictWord(verdict) + (verdict === "nothing" ? " came of it" : "");
}

const signs = { done: "✓", nothing: "○", failed: "✕" };

/** @type {Record<string, ServiceName>} */
const servicesOfKinds = {
  "push": "pushMessaging",
  "sync": "backgroundSync",
  "periodic-sync": "periodicBackgroundSync",
  "online": "backgroundSync",
  "fetch-abort": "backgroundFetch",
  "notification": "notifications",
};

/**
 * Where its events are listed; null for the list of all.
 *
 * @param {TriggerAction} action
 */
export function serviceOf({ kind }) {
  return servicesOfKinds[kind] ?? null;
}

/**
 * Whether somebody has to be sure.
 *
 * @param {TriggerAction} action
 */
export function isDestructive({ kind, change }) {
  return kind === "clear-site-data" || kind === "worker" && change === "unregister";
}

/**
 * The newest that set the worker's network; null if none of these did.
 *
 * @param {Trigger[]} triggers newest first
 * @param {KnownWorker} worker
 */
export function networkSetting(triggers, worker) {
  return triggers.find(({ action, verdict }) =>
    (action.kind === "offline" || action.kind === "online") && verdict === "done" &&
    (action.scope == null || action.scope === worker.scope) &&
    (action.origin == null || action.origin === worker.origin)
  ) ?? null;
}
