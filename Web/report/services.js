// @ts-check
/** How many events of each service and source are saved; nothing of it is recorded any more. */

/** @import { ServiceStatus } from "../ui/types.d.ts" */

import { services as all } from "../ui/services.js";
import { events, sources } from "./saved.js";

/** @returns {ServiceStatus[]} */
export function services() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { source, service } of events) {
    const key = `${source.id} ${service}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sources.flatMap(({ id, name }) =>
    all.map((service) => ({
      source: { id, name },
      service: service.name,
      count: counts.get(`${id} ${service.name}`) ?? 0,
      isHeld: false,
      isRecordable: false,
      wanted: false,
      wantedBy: null,
      isRecording: null,
      lease: null,
      seenUntilMicros: null,
    }))
  );
}
