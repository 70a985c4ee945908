// @ts-check
/** What a person has done to what is recorded. */

/** @import { View } from "./types.d.ts" */

import { ask } from "./api.js";
import { confirm } from "./dialogs.js";
import { unfiltered } from "./filter.js";
import { writeFilter } from "./language.js";
import { service, services } from "./services.js";

/**
 * @param {View} view
 * @param {boolean} wanted
 */
export async function record(view, wanted) {
  const names = view.service ? [view.service] : services.map(({ name }) => name);
  const source = view.source ? { source: view.source } : {};
  for (const name of names) {
    await ask(`/recording/${name}`, { method: "PUT", body: { recording: wanted, ...source } });
  }
}

/**
 * Removes what is stored of a pane, if the person is sure.
 *
 * @param {View} view
 * @returns {Promise<boolean>}
 */
export async function clear({ service: name, origin, source, ...rest }) {
  const what = service(name)?.title ?? "all services";
  const where = [origin && ` of ${origin}`, source && ` in ${source}`].filter(Boolean).join("");
  const ignored = writeFilter({ ...rest, service: null, origin: null, source: null });
  const isSure = await confirm(
    "Clear",
    [
      `All stored events of ${what}${where} are removed${
        ignored ? `, also those that the filter “${ignored}” does not show` : ""
      }.`,
      "The browser's own log stays as it is; what was removed here does not come back from it.",
    ],
    "Clear",
  );
  if (!isSure) return false;
  const filter = writeFilter({ ...unfiltered, service: name, origin, source });
  const parameters = new URLSearchParams(filter ? { filter } : {});
  await ask(`/events?${parameters}`, { method: "DELETE" });
  return true;
}
