// @ts-check
/** The page: which view is shown, what the stream brings, what the keys do. */

/** @import { Connection, Gap, OffEvent, ServiceName, ServiceStatus, Source } from "./types.d.ts" */
/** @import { StreamMessage, View } from "./types.d.ts" */

import { ask, enter, follow, Problem } from "./api.js";
import { readAddress, writeAddress } from "./address.js";
import { confirm, showKeys } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { count } from "./format.js";
import { EventList } from "./list.js";
import { isRecorded, OffNav } from "./off-nav.js";
import { OffDetails } from "./off-details.js";
import { OffTable } from "./off-table.js";
import { OffToolbar } from "./off-toolbar.js";
import { service, services } from "./services.js";

export class OffApp extends HTMLElement {
  /** @type {View} */
  #view = readAddress(location.search);
  /** @type {ServiceStatus[]} */
  #statuses = [];
  /** @type {Source[]} */
  #sources = [];
  /** @type {Gap[]} */
  #gaps = [];
  /** @type {Set<string>} */
  #origins = new Set();
  /** @type {OffEvent | null} */
  #selected = null;
  #isFollowing = true;
  #waiting = 0;
  /** @type {OffEvent[]} */
  #arrived = [];
  #isPainting = false;
  #wasLost = false;
  #pendingKey = "";
  /** @type {Promise<void> | undefined} */
  #reloading;

  #nav = new OffNav();
  #toolbar = new OffToolbar();
  #table = new OffTable();
  #details = new OffDetails();
  #notice = h("div", { class: "notice", role: "alert", hidden: true });
  #news = h("button", { class: "news", hidden: true, onclick: () => this.#setFollowing(true) });
  #empty = h("div", { class: "empty", hidden: true });
  #said = h("div", { class: "visually-hidden", "aria-live": "polite" });
  #list = new EventList(this.#view, () => this.#paint());

  async connectedCallback() {
    fill(
      this,
      this.#nav,
      h(
        "main",
        {},
        this.#toolbar,
        this.#notice,
        h(
          "div",
          { class: "split" },
          h("div", { class: "list" }, this.#table, this.#empty, this.#news),
          this.#details,
        ),
      ),
      this.#said,
    );
    this.#nav.link = (name) => writeAddress({ ...this.#view, service: name, selected: null });
    this.#toolbar.go = (change) => this.#go(change);
    this.#toolbar.record = (wanted) => this.#try(() => this.#record(wanted));
    this.#toolbar.clear = () => this.#try(() => this.#clear());
    this.#toolbar.follow = () => this.#setFollowing(!this.#isFollowing);
    this.#toolbar.help = showKeys;
    this.#table.select = (event) => this.#select(event);
    this.#table.needMore = () => this.#try(() => this.#list.loadMore());
    this.#table.scrolled = (isAtNewest) => this.#scrolled(isAtNewest);
    this.#details.select = (event) => this.#select(event);
    this.#details.step = (step) => this.#step(step);
    addEventListener("popstate", () => this.#show(readAddress(location.search)));
    addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#followLink(event));
    // What is left of the lease, and whether somebody records, change with time alone.
    setInterval(() => this.#paint(), 10_000);
    if (!await enter()) return this.#refuse();
    await this.#try(() => this.#load());
    this.#show(this.#view);
    follow((message) => this.#receive(message), (connection) => this.#connected(connection));
  }

  // What is shown

  async #load() {
    const [services, sources, gaps] = await Promise.all([
      ask("/services"),
      ask("/sources"),
      ask("/gaps"),
    ]);
    this.#statuses = services.services;
    this.#sources = sources.sources;
    this.#gaps = gaps.gaps;
    for (const { name } of servicesOf(this.#statuses)) {
      if (!this.#nav.seen.has(name)) this.#nav.seen.set(name, this.#sum(name));
    }
  }

  /** @param {ServiceName} name */
  #sum(name) {
    return this.#statuses.filter((status) => status.service === name)
      .reduce((sum, status) => sum + status.count, 0);
  }

  /** @param {Partial<View>} change */
  #go(change) {
    const view = { ...this.#view, ...change };
    if (!("selected" in change)) view.selected = null;
    history.pushState(null, "", writeAddress(view));
    this.#show(view);
  }

  /** @param {View} view */
  async #show(view) {
    this.#view = view;
    this.#list.end();
    this.#list = new EventList(view, () => this.#paint());
    this.#list.setGaps(this.#gaps);
    this.#isFollowing = true;
    this.#waiting = 0;
    if (view.selected !== this.#selected?.id) this.#selected = null;
    document.title = `${service(view.service)?.title ?? "All events"} · Offstage`;
    this.#paint();
    this.#table.scrollToStart();
    await this.#try(() => this.#list.loadMore());
    if (view.oldestFirst) this.#table.scrollToEnd();
    if (view.selected && !this.#selected) {
      await this.#try(async () => {
        this.#selected = await ask(`/events/${view.selected}`);
        this.#paint();
      });
    }
  }

  #paint() {
    if (this.#isPainting) return;
    this.#isPainting = true;
    requestAnimationFrame(() => {
      this.#isPainting = false;
      this.#render();
    });
  }

  #render() {
    const shift = this.#take();
    const view = this.#view;
    if (view.service) this.#nav.seen.set(view.service, this.#sum(view.service));
    Object.assign(this.#nav, { statuses: this.#statuses, current: view.service }).render();
    for (const event of this.#list.events) this.#origins.add(event.origin);
    Object.assign(this.#toolbar, {
      view,
      statuses: this.#statuses,
      sources: this.#sources,
      origins: [...this.#origins].sort(),
      isFollowing: this.#isFollowing,
    }).render();
    Object.assign(this.#table, { rows: this.#list.rows, view, hasMore: this.#list.hasMore });
    const isPinned = this.#isFollowing;
    this.#table.render(view.oldestFirst || isPinned ? 0 : shift);
    if (isPinned && shift > 0) {
      view.oldestFirst ? this.#table.scrollToEnd() : this.#table.scrollToStart();
    }
    Object.assign(this.#details, { event: this.#selected, view }).render();
    this.#news.hidden = this.#waiting === 0;
    fill(this.#news, `${view.oldestFirst ? "↓" : "↑"} ${count(this.#waiting)} new`);
    this.#renderEmpty();
  }

  /** Takes in what has arrived since the last frame. */
  #take() {
    const arrived = this.#arrived;
    this.#arrived = [];
    if (arrived.length === 0) return 0;
    const added = this.#list.add(arrived);
    if (added === 0) return 0;
    if (!this.#isFollowing) this.#waiting += added;
    else if (this.#list.isTooLong) this.#show(this.#view);
    fill(this.#said, `${count(added)} new ${added === 1 ? "event" : "events"}`);
    return added;
  }

  #renderEmpty() {
    const isEmpty = this.#list.hasLoaded && this.#list.rows.length === 0;
    this.#empty.hidden = !isEmpty;
    this.#table.classList.toggle("is-empty", isEmpty);
    if (!isEmpty) return fill(this.#empty);
    const view = this.#view;
    const isFiltered = view.origin || view.source || view.since || view.words.length > 0;
    if (isFiltered) {
      return fill(
        this.#empty,
        h("p", {}, "Nothing matches the filter."),
        h("button", {
          onclick: () => this.#go({ origin: null, source: null, since: null, words: [] }),
        }, "Show everything of this pane"),
      );
    }
    const shown = service(view.service);
    const isRecording = this.#statuses.some((status) =>
      isRecorded(status) && (!view.service || status.service === view.service)
    );
    fill(
      this.#empty,
      h("h2", {}, isRecording ? "Nothing has happened yet" : "Nothing was recorded yet"),
      h("p", {}, shown?.teaches ?? "What your web app does in the background will be listed here."),
      isRecording
        ? h(
          "p",
          {},
          "It is being recorded: use your app, and events appear here as the browser logs them. They stay 30 days unless you say otherwise.",
        )
        : h(
          "p",
          {},
          "Start a recorder: ",
          h("code", {}, "offstage open https://your.app"),
          " or ",
          h("code", {}, "offstage attach --port 9222"),
          "; ",
          h("code", {}, "offstage demo"),
          " shows all six services on a sample site.",
        ),
      shown &&
        h(
          "p",
          {},
          h(
            "a",
            { href: shown.docs, target: "_blank", rel: "noreferrer" },
            `${shown.title} on MDN`,
          ),
        ),
    );
  }

  // What happens

  /** @param {StreamMessage} message */
  #receive(message) {
    if (message.name === "event") {
      this.#arrived.push(message.data);
      const status = this.#statuses.find(({ source, service }) =>
        source.id === message.data.source.id && service === message.data.service
      );
      if (!status) this.#reload();
    } else if (message.name === "recording") {
      for (const status of message.data.services) {
        const index = this.#statuses.findIndex(({ source, service }) =>
          source.id === status.source.id && service === status.service
        );
        if (index >= 0) this.#statuses[index] = status;
        else this.#reload();
      }
    } else if (message.name === "gap") {
      this.#gaps = [...this.#gaps.filter(({ id }) => id !== message.data.id), message.data];
      this.#list.setGaps(this.#gaps);
    } else if (message.name === "skipped") {
      this.#show(this.#view);
    }
    if (message.name !== "cursor") this.#paint();
  }

  /** A source that is new. */
  #reload() {
    if (this.#reloading) return;
    this.#reloading = this.#try(() => this.#load()).then(() => {
      this.#reloading = undefined;
      this.#paint();
    });
  }

  /** @param {Connection} connection */
  #connected(connection) {
    this.#nav.connection = connection;
    if (connection === "refused") this.#refuse();
    // Gaps and recording may have changed unseen; events are made up for by the stream.
    if (connection === "live" && this.#wasLost) {
      this.#say(null);
      this.#reload();
    }
    this.#wasLost = connection === "lost";
    this.#paint();
  }

  #refuse() {
    this.#nav.connection = "refused";
    this.#nav.render();
    this.#say(
      "This page has no valid link to Offstage. Run `offstage ui` for a fresh one, or start `offstage serve`.",
    );
  }

  /** @param {string | null} text */
  #say(text) {
    this.#notice.hidden = text == null;
    fill(this.#notice, text);
  }

  /** @param {() => Promise<unknown>} work */
  async #try(work) {
    try {
      await work();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (error instanceof Problem && error.status === 401) return this.#refuse();
      if (error instanceof Problem) {
        return this.#say([error.message, error.hint].filter(Boolean).join(" "));
      }
      if (error instanceof TypeError) {
        return this.#say("Offstage does not answer; it is asked again.");
      }
      throw error;
    }
  }

  // What the person does

  /** @param {boolean} wanted */
  async #record(wanted) {
    const names = this.#view.service ? [this.#view.service] : services.map(({ name }) => name);
    for (const name of names) {
      await ask(`/recording/${name}`, { method: "PUT", body: { recording: wanted } });
    }
    await this.#load();
    this.#paint();
  }

  async #clear() {
    const { service: name, origin, source } = this.#view;
    const what = service(name)?.title ?? "all services";
    const where = [origin && `of ${origin}`, source && `in ${source}`].filter(Boolean).join(" ");
    const isSure = await confirm(
      "Clear",
      [
        `All stored events of ${what} ${where} are removed, whatever the time and words of the filter.`,
        "The browser's own log stays as it is; what was removed here does not come back from it.",
      ],
      "Clear",
    );
    if (!isSure) return;
    const parameters = new URLSearchParams();
    if (name) parameters.set("service", name);
    if (origin) parameters.set("origin", origin);
    if (source) parameters.set("source", source);
    await ask(`/events?${parameters}`, { method: "DELETE" });
    await this.#load();
    this.#go({ selected: null });
  }

  /** @param {OffEvent | null} event */
  #select(event) {
    this.#selected = event;
    this.#view = { ...this.#view, selected: event?.id ?? null };
    this.#list.view = this.#view;
    history.replaceState(null, "", writeAddress(this.#view));
    this.#paint();
  }

  /** @param {number} step */
  #step(step) {
    const rows = this.#list.rows;
    let index = rows.findIndex((row) =>
      row.kind === "event" && row.event.id === this.#selected?.id
    );
    index = index < 0 ? (step > 0 ? -1 : rows.length) : index;
    const way = Math.sign(step);
    index = Math.max(-1, Math.min(rows.length, index + step));
    for (; index >= 0 && index < rows.length; index += way) {
      const row = rows[index];
      if (row.kind !== "event") continue;
      this.#select(row.event);
      return this.#table.reveal(index);
    }
    if (Math.abs(step) > 1 && rows.length > 0) this.#stepTo(way > 0 ? rows.length - 1 : 0, -way);
  }

  /**
   * @param {number} start
   * @param {number} way
   */
  #stepTo(start, way) {
    const rows = this.#list.rows;
    for (let index = start; index >= 0 && index < rows.length; index += way) {
      const row = rows[index];
      if (row.kind !== "event") continue;
      this.#select(row.event);
      return this.#table.reveal(index);
    }
  }

  /** @param {boolean} isFollowing */
  #setFollowing(isFollowing) {
    this.#isFollowing = isFollowing;
    if (isFollowing) {
      this.#waiting = 0;
      this.#view.oldestFirst ? this.#table.scrollToEnd() : this.#table.scrollToStart();
    }
    this.#paint();
  }

  /** @param {boolean} isAtNewest */
  #scrolled(isAtNewest) {
    if (isAtNewest === this.#isFollowing || this.#list.rows.length === 0) return;
    this.#isFollowing = isAtNewest;
    if (isAtNewest) this.#waiting = 0;
    this.#paint();
  }

  /** @param {MouseEvent} event */
  #followLink(event) {
    const link = event.target instanceof Element ? event.target.closest("off-nav a") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    this.#go({ service: service(link.dataset.service ?? null)?.name ?? null });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "e") {
      event.preventDefault();
      return this.#toolbar.recordButton?.click();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) {
      if (key === "escape") this.#table.focus();
      return;
    }
    const pending = this.#pendingKey;
    this.#pendingKey = "";
    const act = pending === "g" ? this.#goes(key) : this.#acts(event.key, event.target);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /**
   * @param {string} key
   * @returns {(() => void) | undefined}
   */
  #goes(key) {
    if (key === "a") return () => this.#go({ service: null });
    const found = services.find((service) => service.key === key);
    return found && (() => this.#go({ service: found.name }));
  }

  /**
   * @param {string} key
   * @param {EventTarget | null} target
   * @returns {(() => void) | undefined}
   */
  #acts(key, target) {
    const isOnButton = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement ||
      target instanceof HTMLElement && target.tagName === "SUMMARY";
    switch (key) {
      case "g":
        return () => this.#pendingKey = "g";
      case "/":
        return () => this.#toolbar.filter?.focus();
      case "?":
        return showKeys;
      case "j":
      case "ArrowDown":
        return () => this.#step(1);
      case "k":
      case "ArrowUp":
        return () => this.#step(-1);
      case "PageDown":
        return () => this.#step(this.#table.pageRows);
      case "PageUp":
        return () => this.#step(-this.#table.pageRows);
      case "Home":
        return () => this.#stepTo(0, 1);
      case "End":
        return () => this.#stepTo(this.#list.rows.length - 1, -1);
      case "Enter":
        return isOnButton || this.#selected ? undefined : () => this.#step(1);
      case "Escape":
        return () => this.#select(null);
      case "f":
        return () => this.#setFollowing(!this.#isFollowing);
      case "o":
        return () => this.#go({ oldestFirst: !this.#view.oldestFirst });
      case "u":
        return () => this.#go({ utc: !this.#view.utc, selected: this.#view.selected });
      case "c": {
        const event = this.#selected;
        return event
          ? () => navigator.clipboard.writeText(JSON.stringify(event, null, 2))
          : undefined;
      }
    }
  }
}

/** @param {ServiceStatus[]} statuses */
function servicesOf(statuses) {
  return services.filter(({ name }) => statuses.some(({ service }) => service === name));
}
