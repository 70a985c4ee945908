// @ts-check
/** The HTTP API of the Offstage that served this page. */

/** @import { Connection, StreamMessage } from "./types.d.ts" */

import { Problem } from "./problem.js";

const root = "/api/v1";
const place = "offstage.token";

/**
 * Exchanges the one-time code of the link that led here, and takes it out of the address.
 *
 * @returns {Promise<boolean>} false if there is no token
 */
export async function enter() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code) {
    history.replaceState(null, "", location.pathname + location.search);
    const body = JSON.stringify({ code });
    const answer = await fetch(`${root}/entry`, { method: "POST", body });
    // A link that was used may be this very page, reloaded: the token that it brought still counts.
    if (answer.ok) localStorage.setItem(place, (await answer.json()).token);
  }
  return localStorage.getItem(place) != null;
}

function authorization() {
  return { Authorization: `Bearer ${localStorage.getItem(place)}` };
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function ask(path, { method = "GET", body, signal } = {}) {
  const answer = await fetch(root + path, {
    method,
    signal,
    headers: authorization(),
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const content = await answer.json();
  if (answer.ok) return content;
  throw new Problem(answer.status, content.detail, content.hint);
}

/**
 * @param {string} path of what is no JSON
 * @returns {Promise<string>}
 */
export async function askText(path) {
  const answer = await fetch(root + path, { headers: authorization() });
  if (answer.ok) return answer.text();
  const { detail, hint } = await answer.json();
  throw new Problem(answer.status, detail, hint);
}

/** A page that nobody has seen for so long gives its connection back, in milliseconds. */
const unseen = 60_000;

/**
 * Whether the page is there for anybody. A browser has six connections to a host for all its tabs,
 * and keeps the streams of pages that were left open with them.
 */
class Presence {
  #abort = new AbortController();
  #isAway = false;
  #come = () => {};
  /** @type {number | undefined} */
  #timer;

  constructor() {
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", () => this.#return());
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#timer);
      if (document.hidden) this.#timer = setTimeout(() => this.#leave(), unseen);
      else this.#return();
    });
  }

  get isAway() {
    return this.#isAway;
  }

  /** Ends when somebody leaves. */
  get signal() {
    return this.#abort.signal;
  }

  /** @returns {Promise<void>} once somebody is there */
  here() {
    return this.#isAway ? new Promise((come) => this.#come = come) : Promise.resolve();
  }

  #leave() {
    this.#isAway = true;
    this.#abort.abort();
  }

  #return() {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#abort = new AbortController();
    this.#come();
  }
}

/**
 * Reads the stream for good: after an end it asks again, from where it was.
 *
 * @param {(message: StreamMessage) => void} receive
 * @param {(connection: Connection) => void} tell
 */
export async function follow(receive, tell) {
  /** @type {string | null} */
  let last = null;
  let wait = 250;
  const presence = new Presence();
  for (;;) {
    try {
      const headers = new Headers(authorization());
      if (last != null) headers.set("Last-Event-ID", last);
      const answer = await fetch(`${root}/stream`, { headers, signal: presence.signal });
      if (answer.status === 401) return tell("refused");
      if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
      tell("live");
      wait = 250;
      for await (const { id, name, data } of messages(answer.body)) {
        // First of all, so that a message that can't be read does not come for ever.
        if (id != null) last = id;
        if (name) receive(/** @type {StreamMessage} */ ({ name, data: JSON.parse(data) }));
      }
    } catch {
      // The server is gone, or the network, or nobody is here: asked again below.
    }
    if (presence.isAway) {
      tell("connecting");
      await presence.here();
      continue;
    }
    tell("lost");
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, 4000);
  }
}

/**
 * The messages of an event stream (HTML Standard, "Server-sent events"). Only a line feed ends a
 * line here: recorded text may hold every other character that is taken for a line's end.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<{id: string | null, name: string | null, data: string}>}
 */
async function* messages(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const lines = part.split("\n");
        yield {
          id: field(lines, "id"),
          name: field(lines, "event"),
          data: field(lines, "data") ?? "",
        };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * @param {string[]} lines
 * @param {string} name
 */
function field(lines, name) {
  const line = lines.find((line) => line.startsWith(`${name}: `));
  return line?.slice(name.length + 2) ?? null;
}
