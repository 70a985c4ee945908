// @ts-check
/** What holds for the whole store, kept up to date by the stream: sources, services, gaps. */

/** @import { Connection, Gap, OffEvent, ServiceName, ServiceStatus, Source } from "./types.d.ts" */
/** @import { StreamMessage } from "./types.d.ts" */

import { ask, follow } from "./api.js";

/**
 * What becomes of what the stream brings.
 *
 * @typedef {object} Listener
 * @property {() => void} changed
 * @property {(event: OffEvent) => void} event
 * @property {() => void} renewed what is listed may have changed unseen
 * @property {(connection: Connection) => void} connected
 * @property {(work: () => Promise<unknown>) => Promise<void>} attempt says what went wrong with it
 */

export class Live {
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {Source[]} */
  sources = [];
  /** @type {Gap[]} */
  gaps = [];
  /** @type {Set<string>} */
  origins = new Set();
  /** @type {Map<ServiceName, number>} how many events say that something failed */
  failed = new Map();
  /** @type {Connection} */
  connection = "connecting";
  /** Nothing is known yet, or something may have changed unseen. */
  isStale = true;
  #isLoading = false;

  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
  }

  /** The stream first: what comes after its beginning is not missed by what is asked for then. */
  begin() {
    follow((message) => this.#receive(message), (connection) => {
      this.connection = connection;
      if (connection === "lost") this.isStale = true;
      this.listener.connected(connection);
    });
  }

  /** @param {ServiceName} name */
  sum(name) {
    return this.statuses.filter((status) => status.service === name)
      .reduce((sum, status) => sum + status.count, 0);
  }

  async load() {
    // Of the histogram only the lanes: every origin is in one.
    const paths = ["/services", "/sources", "/gaps", "/histogram?width=3000d"];
    const [services, sources, gaps, histogram] = await Promise.all(paths.map((path) => ask(path)));
    this.statuses = services.services;
    this.sources = sources.sources;
    this.gaps = gaps.gaps;
    this.failed.clear();
    for (const { origin, service, failed } of histogram.lanes) {
      this.origins.add(origin);
      this.failed.set(service, (this.failed.get(service) ?? 0) + failed);
    }
    this.listener.changed();
  }

  async #reload() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    await this.listener.attempt(() => this.load());
    this.#isLoading = false;
  }

  /** @param {StreamMessage} message */
  #receive(message) {
    switch (message.name) {
      case "cursor":
        // The stream is open: what is asked for now lacks nothing that it will not bring.
        if (!this.isStale) return;
        this.isStale = false;
        this.#reload();
        return this.listener.renewed();
      case "event":
        this.#note(message.data);
        this.listener.event(message.data);
        if (!this.#status(message.data)) this.#reload();
        return;
      case "recording":
        for (const status of message.data.services) {
          const known = this.#status(status);
          if (known) Object.assign(known, status);
          else this.#reload();
        }
        break;
      case "gap":
        this.gaps = [...this.gaps.filter(({ id }) => id !== message.data.id), message.data];
        break;
      case "refresh":
      case "skipped":
        this.#reload();
        return this.listener.renewed();
    }
    this.listener.changed();
  }

  /** @param {OffEvent} event */
  #note({ origin, service, outcome }) {
    this.origins.add(origin);
    if (outcome === "failed") this.failed.set(service, (this.failed.get(service) ?? 0) + 1);
  }

  /** @param {{source: {id: string}, service: ServiceName}} of */
  #status(of) {
    return this.statuses.find(({ source, service }) =>
      source.id === of.source.id && service === of.service
    );
  }
}
