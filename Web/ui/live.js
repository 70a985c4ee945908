// @ts-check
/** What holds for the whole store, kept up to date by the stream: sources, services, gaps. */

/** @import { Connection, Gap, OffEvent, ServiceName, ServiceStatus, Source } from "./types.d.ts" */
/** @import { OperationNews, StreamMessage } from "./types.d.ts" */

import { ask, follow } from "./api.js";

/**
 * What becomes of what the stream brings.
 *
 * @typedef {object} Listener
 * @property {() => void} changed
 * @property {(event: OffEvent) => void} event
 * @property {(news: OperationNews) => void} operation
 * @property {() => void} operationsSkipped more of them changed than were told of
 * @property {() => void} driven something was triggered or answered, or a screen has changed
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
  #origins = new Set();
  /** @type {string[]} the same array as long as there are no more */
  #sorted = [];
  /** @type {Map<ServiceName, number>} how many events say that something failed */
  failed = new Map();
  /** @type {Connection} */
  connection = "connecting";
  /** Nothing is known yet, or something may have changed unseen. */
  isStale = true;
  #isLoading = false;
  #mustLoad = false;
  /** @type {StreamMessage[]} what came of gaps and recording since the last load began */
  #held = [];

  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
  }

  /** The stream first: what comes after its beginning is not missed by what is asked for then. */
  begin() {
    follow((message) => this.#receive(message), (connection) => {
      this.connection = connection;
      if (connection !== "live") this.isStale = true;
      this.listener.connected(connection);
    });
  }

  /** Every origin that has an event, sorted. */
  get origins() {
    if (this.#sorted.length !== this.#origins.size) this.#sorted = [...this.#origins].sort();
    return this.#sorted;
  }

  /** @param {ServiceName} name */
  sum(name) {
    return this.statuses.filter((status) => status.service === name)
      .reduce((sum, status) => sum + status.count, 0);
  }

  async #load() {
    // Of the histogram only the lanes: every origin is in one.
    const paths = ["/services", "/sources", "/gaps", "/histogram?width=3000d"];
    this.#held = [];
    const [services, sources, gaps, histogram] = await Promise.all(paths.map((path) => ask(path)));
    this.statuses = services.services;
    this.sources = sources.sources;
    this.gaps = gaps.gaps;
    this.failed.clear();
    for (const { origin, service, failed } of histogram.lanes) {
      this.#origins.add(origin);
      this.failed.set(service, (this.failed.get(service) ?? 0) + failed);
    }
    // What came meanwhile is newer than what was asked for.
    for (const message of this.#held) this.#apply(message);
    this.listener.changed();
  }

  /** Once more, too, if it is asked for while it is under way. */
  async reload() {
    this.#mustLoad = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (this.#mustLoad) {
        this.#mustLoad = false;
        await this.listener.attempt(() => this.#load());
      }
    } finally {
      this.#isLoading = false;
    }
  }

  /** @param {StreamMessage} message */
  #receive(message) {
    switch (message.name) {
      case "cursor":
        // The stream is open: what is asked for now lacks nothing that it will not bring.
        if (!this.isStale) return;
        this.isStale = false;
        this.reload();
        return this.listener.renewed();
      case "event":
        this.#note(message.data);
        this.listener.event(message.data);
        if (!this.#status(message.data)) this.reload();
        return;
      case "operation":
        return this.listener.operation(message.data);
      case "operationsSkipped":
        return this.listener.operationsSkipped();
      case "drive":
        return this.listener.driven();
      case "recording":
      case "gap":
        if (this.#isLoading) this.#held.push(message);
        if (!this.#apply(message)) this.reload();
        return this.listener.changed();
      case "refresh":
      case "skipped":
        this.reload();
        return this.listener.renewed();
    }
  }

  /**
   * @param {StreamMessage} message
   * @returns {boolean} false if it is of something that is not known yet
   */
  #apply(message) {
    if (message.name === "gap") {
      this.gaps = [...this.gaps.filter(({ id }) => id !== message.data.id), message.data];
    }
    if (message.name !== "recording") return true;
    const known = message.data.services.filter((status) => {
      const mine = this.#status(status);
      if (mine) Object.assign(mine, status);
      return mine != null;
    });
    return known.length === message.data.services.length;
  }

  /** @param {OffEvent} event */
  #note({ origin, service, outcome }) {
    this.#origins.add(origin);
    if (outcome === "failed") this.failed.set(service, (this.failed.get(service) ?? 0) + 1);
  }

  /** @param {{source: {id: string}, service: ServiceName}} of */
  #status(of) {
    return this.statuses.find(({ source, service }) =>
      source.id === of.source.id && service === of.service
    );
  }
}
