// @ts-check
/** As `ui/api.js`, answered from what is saved in this page. */

/** @import { Connection, StreamMessage } from "../ui/types.d.ts" */

import { Problem } from "../ui/problem.js";
import { routes } from "./routes.js";

/** @returns {Promise<boolean>} */
export function enter() {
  return Promise.resolve(true);
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function ask(path, { method = "GET", signal } = {}) {
  await null;
  signal?.throwIfAborted();
  const [name, search] = path.split("?");
  for (const [pattern, answer] of routes) {
    const match = pattern.exec(name);
    if (match && method === "GET") return answer(new URLSearchParams(search), match[1]);
  }
  throw new Problem(404, "A saved report can't do that.", null);
}

/**
 * Nothing comes any more.
 *
 * @param {(message: StreamMessage) => void} receive
 * @param {(connection: Connection) => void} tell
 */
export function follow(receive, tell) {
  tell("saved");
  receive({ name: "cursor", data: { id: 0 } });
}
