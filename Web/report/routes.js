// @ts-check
/** What the pages ask for, and what answers it. A view that asks for more adds a line here. */

import { Problem } from "../ui/problem.js";
import { elsewhere } from "./elsewhere.js";
import { reading } from "./filter.js";
import { histogram } from "./histogram.js";
import { instances, page, pieces } from "./lists.js";
import { operationPage, scene, troubleCount, troubles } from "./operations.js";
import { events, gaps, sources, workerOf } from "./saved.js";
import { services } from "./services.js";

/**
 * The first that matches answers; `id` is what the pattern's brackets hold.
 *
 * @type {[RegExp, (parameters: URLSearchParams, id: string) => unknown][]}
 */
export const routes = [
  [/^\/services$/, () => ({ services: services() })],
  [/^\/sources$/, () => ({ sources })],
  [/^\/gaps$/, () => ({ gaps })],
  [/^\/events$/, page],
  [/^\/events\/pieces$/, pieces],
  [/^\/events\/(\d+)$/, (_, id) => event(id)],
  [/^\/events\/(\d+)\/worker$/, (_, id) => workerOf(event(id).id)],
  [/^\/filter$/, reading],
  [/^\/histogram$/, histogram],
  [/^\/instances$/, instances],
  [/^\/operations$/, operationPage],
  [/^\/operations\/(\d+)$/, (_, id) => scene(id)],
  [/^\/findings\/elsewhere$/, elsewhere],
  [/^\/findings\/operations$/, troubles],
  [/^\/findings\/count$/, troubleCount],
];

/** @param {string} id */
function event(id) {
  const found = events[Number(id) - 1];
  if (!found) throw new Problem(404, `There is no event ${id} in this report.`, null);
  return found;
}
