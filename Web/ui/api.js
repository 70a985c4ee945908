// @ts-check
/** The HTTP API of the Offstage that served this page. */

/** @import { Connection, StreamMessage } from "./types.d.ts" */

const root = "/api/v1";
const place = "offstage.token";

/** An answer that says why not (RFC 9457). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {string | null} hint
   */
  constructor(status, detail, hint) {
    super(detail);
    this.status = status;
    this.hint = hint;
  }
}

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
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json();
  if (answer.ok) return content;
  throw new Problem(answer.status, content.detail, content.hint);
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
  for (;;) {
    try {
      const headers = new Headers(authorization());
      if (last != null) headers.set("Last-Event-ID", last);
      const answer = await fetch(`${root}/stream`, { headers });
      if (answer.status === 401) return tell("refused");
      if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
      tell("live");
      wait = 250;
      for await (const { id, message } of messages(answer.body)) {
        if (id) last = id;
        if (message) receive(message);
      }
    } catch {
      // The server is gone, or the network: asked again below.
    }
    tell("lost");
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, 4000);
  }
}

/**
 * The messages of an event stream (HTML Standard, "Server-sent events").
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<{id: string | null, message: StreamMessage | null}>}
 */
async function* messages(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    let end;
    while ((end = rest.indexOf("\n\n")) >= 0) {
      const part = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const name = /^event: (.*)$/m.exec(part)?.[1];
      const id = /^id: (.*)$/m.exec(part)?.[1] ?? null;
      const data = /^data: (.*)$/m.exec(part)?.[1];
      const message = name && data
        ? /** @type {StreamMessage} */ ({ name, data: JSON.parse(data) })
        : null;
      yield { id, message };
    }
  }
}
