// @ts-check
/** The page: which view is shown, what the stream brings, what the person does. */

/** @import { Connection, Gap, OffEvent, ServiceName, ServiceStatus, Source } from "./types.d.ts" */
/** @import { StreamMessage, View } from "./types.d.ts" */

import { readAddress, writeAddress } from "./address.js";
import { ask, enter, follow, Problem } from "./api.js";
import { confirm, showKeys } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { emptyState } from "./empty.js";
import { count } from "./format.js";
import { listenToKeys } from "./keys.js";
import { EventList } from "./list.js";
import { OffDetails } from "./off-details.js";
import { OffNav } from "./off-nav.js";
import { OffTable } from "./off-table.js";
import { OffToolbar } from "./off-toolbar.js";
import { service, services } from "./services.js";

/** A screen reader is told of new events no more often than this, in milliseconds. */
const pauseBetweenNews = 5000;

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
  /** Events of this view that came while it did not follow. */
  #waiting = 0;
  /** @type {OffEvent[]} */
  #arrived = [];
  #isPainting = false;
  /** Nothing is known yet, or something may have changed unseen. */
  #isStale = true;
  #unsaid = 0;
  #lastSaid = 0;

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
    const list = h("div", { class: "list" }, this.#table, this.#empty, this.#news);
    const split = h("div", { class: "split" }, list, this.#details);
    fill(
      this,
      this.#nav,
      h("main", {}, this.#toolbar, this.#notice, this.#toolbar.save.report, split),
      this.#said,
    );
    this.#wire();
    // What is left of the lease, and whether somebody records, change with time alone.
    setInterval(() => this.#paint(), 10_000);
    this.#paint();
    if (!await enter()) return this.#refuse();
    // The stream first: what comes after its beginning is not missed by what is asked for then.
    follow((message) => this.#receive(message), (connection) => this.#connected(connection));
  }

  #wire() {
    this.#nav.link = (name) => writeAddress({ ...this.#view, service: name, selected: null });
    this.#toolbar.go = (change) => this.#go(change);
    this.#toolbar.record = (wanted) => this.#try(() => this.#record(wanted));
    this.#toolbar.clear = () => this.#try(() => this.#clear());
    this.#toolbar.follow = () => this.#setFollowing(!this.#isFollowing);
    this.#toolbar.help = showKeys;
    this.#toolbar.save.imported = () => this.#reload();
    this.#table.select = (event) => this.#select(event);
    this.#table.needMore = () => this.#try(() => this.#list.loadMore());
    this.#table.scrolled = (isAtNewest) => this.#scrolled(isAtNewest);
    this.#details.select = (event) => this.#select(event);
    this.#details.step = (step) => this.#step(step);
    addEventListener("popstate", () => this.#show(readAddress(location.search)));
    this.addEventListener("click", (event) => this.#followLink(event));
    listenToKeys({
      record: () => this.#toolbar.recordButton?.click(),
      filter: () => this.#toolbar.filter?.focus(),
      leaveFilter: () => this.#table.focus(),
      pane: (name) => this.#go({ service: name }),
      step: (step) => this.#step(step),
      stepPageDown: () => this.#step(this.#table.pageRows),
      stepPageUp: () => this.#step(-this.#table.pageRows),
      first: () => this.#stepTo(0, 1),
      last: () => this.#stepTo(this.#list.rows.length - 1, -1),
      close: () => this.#select(null),
      follow: () => this.#setFollowing(!this.#isFollowing),
      order: () => this.#go({ oldestFirst: !this.#view.oldestFirst }),
      zone: () => this.#go({ utc: !this.#view.utc, selected: this.#view.selected }),
      copy: () => navigator.clipboard.writeText(JSON.stringify(this.#selected, null, 2)),
      isOpen: () => this.#selected != null,
    });
  }

  // What is shown

  async #load() {
    const [services, sources, gaps] = await Promise.all(
      ["/services", "/sources", "/gaps"].map((path) => ask(path)),
    );
    this.#statuses = services.services;
    this.#sources = sources.sources;
    this.#gaps = gaps.gaps;
    this.#list.setGaps(this.#gaps);
    for (const { service } of this.#statuses) {
      // After a removal there is less than was seen.
      const sum = this.#sum(service);
      this.#nav.seen.set(service, Math.min(this.#nav.seen.get(service) ?? sum, sum));
    }
    this.#paint();
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
    const list = new EventList(view, () => this.#paint());
    this.#list = list;
    list.setGaps(this.#gaps);
    this.#isFollowing = true;
    this.#waiting = 0;
    if (view.selected !== this.#selected?.id) this.#selected = null;
    document.title = `${service(view.service)?.title ?? "All events"} · Offstage`;
    this.#paint();
    await this.#try(() => list.loadMore());
    // Another view may have been asked for meanwhile, or another event.
    if (this.#view !== view || !view.selected || this.#selected) return;
    await this.#try(async () => {
      const event = await ask(`/events/${view.selected}`);
      if (this.#view !== view) return;
      this.#selected = event;
      this.#paint();
    });
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
    this.#take();
    const view = this.#view;
    if (view.service) this.#nav.seen.set(view.service, this.#sum(view.service));
    for (const origin of this.#list.origins) this.#origins.add(origin);
    Object.assign(this.#nav, { statuses: this.#statuses, current: view.service }).render();
    Object.assign(this.#toolbar, {
      view,
      statuses: this.#statuses,
      sources: this.#sources,
      origins: [...this.#origins].sort(),
      isFollowing: this.#isFollowing,
    }).render();
    Object.assign(this.#table, { view, hasMore: this.#list.hasMore });
    this.#table.render(this.#list.rows, this.#isFollowing);
    Object.assign(this.#details, { event: this.#selected, view }).render();
    this.#news.hidden = this.#waiting === 0;
    this.#news.textContent = `${view.oldestFirst ? "↓" : "↑"} ${count(this.#waiting)} new`;
    const isEmpty = this.#list.hasLoaded && this.#list.rows.length === 0;
    this.#table.classList.toggle("is-empty", isEmpty);
    if (isEmpty === this.#empty.hidden) {
      fill(
        this.#empty,
        ...isEmpty ? emptyState(view, this.#statuses, (change) => this.#go(change)) : [],
      );
    }
    this.#empty.hidden = !isEmpty;
  }

  /** Takes in what has arrived since the last frame. */
  #take() {
    const arrived = this.#arrived;
    this.#arrived = [];
    const added = arrived.length > 0 ? this.#list.add(arrived) : 0;
    if (!this.#isFollowing) this.#waiting += added;
    else if (this.#list.isTooLong) this.#show(this.#view);
    this.#unsaid += added;
    if (this.#unsaid === 0 || Date.now() - this.#lastSaid < pauseBetweenNews) return;
    this.#said.textContent = `${count(this.#unsaid)} new ${
      this.#unsaid === 1 ? "event" : "events"
    }`;
    this.#unsaid = 0;
    this.#lastSaid = Date.now();
  }

  // What happens

  /** @param {StreamMessage} message */
  #receive(message) {
    switch (message.name) {
      case "cursor":
        // The stream is open: what is asked for now lacks nothing that it will not bring.
        if (this.#isStale) this.#refresh();
        return;
      case "event":
        this.#arrived.push(message.data);
        if (!this.#status(message.data)) this.#reload();
        break;
      case "recording":
        for (const status of message.data.services) {
          const known = this.#status(status);
          if (known) Object.assign(known, status);
          else this.#reload();
        }
        break;
      case "gap":
        this.#gaps = [...this.#gaps.filter(({ id }) => id !== message.data.id), message.data];
        this.#list.setGaps(this.#gaps);
        break;
      case "refresh":
      case "skipped":
        this.#reload();
        this.#show(this.#view);
    }
    this.#paint();
  }

  /**
   * @param {{source: {id: string}, service: ServiceName}} of
   */
  #status(of) {
    return this.#statuses.find(({ source, service }) =>
      source.id === of.source.id && service === of.service
    );
  }

  /** Asks for what may have changed unseen; the stream makes up for the events. */
  #refresh() {
    this.#isStale = false;
    this.#say(null);
    this.#reload();
    if (!this.#list.hasLoaded) this.#show(this.#view);
  }

  #isReloading = false;

  async #reload() {
    if (this.#isReloading) return;
    this.#isReloading = true;
    await this.#try(() => this.#load());
    this.#isReloading = false;
  }

  /** @param {Connection} connection */
  #connected(connection) {
    this.#nav.connection = connection;
    if (connection === "lost") this.#isStale = true;
    if (connection === "refused") this.#refuse();
    this.#paint();
  }

  #refuse() {
    this.#nav.connection = "refused";
    this.#paint();
    this.#say(
      "This page has no valid link to Offstage. Run `offstage ui` for a fresh one, or start " +
        "`offstage serve`.",
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
      // What fetch says when nobody answers.
      if (!(error instanceof TypeError)) throw error;
      this.#isStale = true;
      this.#say("Offstage does not answer; it is asked again.");
    }
  }

  // What the person does

  /** @param {boolean} wanted */
  async #record(wanted) {
    const names = this.#view.service ? [this.#view.service] : services.map(({ name }) => name);
    const source = this.#view.source ? { source: this.#view.source } : {};
    for (const name of names) {
      await ask(`/recording/${name}`, { method: "PUT", body: { recording: wanted, ...source } });
    }
    await this.#load();
  }

  async #clear() {
    const { service: name, origin, source } = this.#view;
    const what = service(name)?.title ?? "all services";
    const where = [origin && ` of ${origin}`, source && ` in ${source}`].filter(Boolean).join("");
    const isSure = await confirm(
      "Clear",
      [
        `All stored events of ${what}${where} are removed, whatever the time and words of the filter.`,
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
    const here = rows.findIndex((row) =>
      row.kind === "event" && row.event.id === this.#selected?.id
    );
    const from = here < 0 && step < 0 ? rows.length : here;
    const index = Math.max(0, Math.min(rows.length - 1, from + step));
    if (index !== here) this.#stepTo(index, Math.sign(step));
  }

  /**
   * Selects the first event from `start` on.
   *
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
    if (isFollowing) this.#waiting = 0;
    // More came than is kept of a list that does not follow.
    if (isFollowing && this.#list.isTooLong) this.#show(this.#view);
    this.#paint();
  }

  /** @param {boolean} isAtNewest */
  #scrolled(isAtNewest) {
    if (isAtNewest === this.#isFollowing || !this.#list.hasLoaded) return;
    this.#setFollowing(isAtNewest);
  }

  /** @param {MouseEvent} event */
  #followLink(event) {
    const link = event.target instanceof Element ? event.target.closest("off-nav a") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#go({ service: service(link.dataset.service ?? null)?.name ?? null });
  }
}
