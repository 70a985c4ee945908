// @ts-check
/** The page: which view is shown, and what the person does with it. */

/** @import { Connection, OffEvent, ServiceName, View } from "./types.d.ts" */

import { readAddress, writeAddress } from "./address.js";
import { ask, enter, Problem } from "./api.js";
import { confirm, showKeys } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { emptyState } from "./empty.js";
import { count } from "./format.js";
import { listenToKeys } from "./keys.js";
import { EventList } from "./list.js";
import { Live } from "./live.js";
import { OffDetails } from "./off-details.js";
import { OffNav } from "./off-nav.js";
import { OffSplit } from "./off-split.js";
import { OffTable } from "./off-table.js";
import { OffToolbar } from "./off-toolbar.js";
import { service, services } from "./services.js";

/** A screen reader is told of new events no more often than this, in milliseconds. */
const pauseBetweenNews = 5000;

export class OffApp extends HTMLElement {
  /** @type {View} */
  #view = readAddress(location.search);
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
  #unsaid = 0;
  #lastSaid = 0;

  #live = new Live({
    changed: () => this.#changed(),
    event: (event) => {
      this.#arrived.push(event);
      this.#paint();
    },
    renewed: () => {
      this.#say(null);
      this.#show(this.#view);
    },
    connected: (connection) => this.#connected(connection),
    attempt: (work) => this.#try(work),
  });

  #nav = new OffNav();
  #toolbar = new OffToolbar();
  #table = new OffTable();
  #details = new OffDetails();
  #notice = h("div", { class: "notice", role: "alert", hidden: true });
  #news = h("button", { class: "news", hidden: true, onclick: () => this.#setFollowing(true) });
  #empty = h("div", { class: "empty", hidden: true });
  #said = h("div", { class: "visually-hidden", "aria-live": "polite" });
  #list = new EventList(this.#view, () => this.#paint());
  #split = new OffSplit(
    h("div", { class: "list" }, this.#table, this.#empty, this.#news),
    this.#details,
  );

  async connectedCallback() {
    const main = h("main", {}, this.#toolbar, this.#notice, this.#split);
    fill(this, this.#nav, main, this.#said);
    this.#wire();
    // What is left of the lease, and whether somebody records, change with time alone.
    setInterval(() => this.#paint(), 10_000);
    this.#paint();
    if (!await enter()) return this.#refuse();
    this.#live.begin();
  }

  #wire() {
    this.#nav.link = (name) => writeAddress({ ...this.#view, service: name, selected: null });
    this.#toolbar.go = (change) => this.#go(change);
    this.#toolbar.record = (wanted) => this.#try(() => this.#record(wanted));
    this.#toolbar.clear = () => this.#try(() => this.#clear());
    this.#toolbar.follow = () => this.#setFollowing(!this.#isFollowing);
    this.#toolbar.columns = () => this.#table.showColumns();
    this.#toolbar.help = showKeys;
    this.#table.select = (event) => this.#select(event);
    this.#table.want = (first, last) => this.#try(() => this.#list.want(first, last));
    this.#table.scrolled = (isAtNewest) => this.#scrolled(isAtNewest);
    this.#table.go = (change) => this.#go(change);
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
      last: () => this.#stepTo(this.#list.length - 1, -1),
      close: () => this.#select(null),
      follow: () => this.#setFollowing(!this.#isFollowing),
      order: () => this.#go({ oldestFirst: !this.#view.oldestFirst, sort: null }),
      zone: () => this.#turn({ utc: !this.#view.utc }),
      micros: () => this.#turn({ micros: !this.#view.micros }),
      columns: () => this.#table.showColumns(),
      copy: () => navigator.clipboard.writeText(JSON.stringify(this.#selected, null, 2)),
      isOpen: () => this.#selected != null,
    });
  }

  // What is shown

  #changed() {
    this.#list.setGaps(this.#live.gaps);
    for (const { name } of services) {
      // After a removal there is less than was seen.
      const sum = this.#live.sum(name);
      this.#nav.seen.set(name, Math.min(this.#nav.seen.get(name) ?? sum, sum));
    }
    this.#paint();
  }

  /** @param {Partial<View>} change */
  #go(change) {
    const view = { ...this.#view, ...change };
    if (!("selected" in change)) view.selected = null;
    history.pushState(null, "", writeAddress(view));
    this.#say(null);
    this.#show(view);
  }

  /** @param {Partial<View>} change of how the same rows are shown */
  #turn(change) {
    this.#view = { ...this.#view, ...change };
    this.#list.view = this.#view;
    history.replaceState(null, "", writeAddress(this.#view));
    this.#paint();
  }

  /** @param {View} view */
  async #show(view) {
    this.#view = view;
    this.#list.end();
    const list = new EventList(view, () => this.#paint());
    this.#list = list;
    list.setGaps(this.#live.gaps);
    this.#isFollowing = !view.sort;
    this.#waiting = 0;
    if (view.selected !== this.#selected?.id) this.#selected = null;
    document.title = `${service(view.service)?.title ?? "All events"} · Offstage`;
    this.#paint();
    await this.#try(() => this.#start(list));
    if (this.#list === list && view.selected) await this.#try(() => this.#showSelected(list));
  }

  /** @param {EventList} list */
  async #start(list) {
    try {
      await list.start();
    } catch (error) {
      // More than the server sorts: they are shown by time.
      const isTooLong = error instanceof Problem && error.status === 422;
      if (!isTooLong || this.#list !== list) throw error;
      const view = { ...this.#view, sort: null, isSortedDown: false };
      history.replaceState(null, "", writeAddress(view));
      this.#show(view);
      throw error;
    }
  }

  /**
   * The event that the address names.
   *
   * @param {EventList} list
   */
  async #showSelected(list) {
    const id = this.#view.selected;
    const event = this.#selected ?? await ask(`/events/${id}`);
    const index = await list.find(event);
    // Another view may have been asked for meanwhile, or another event.
    if (this.#list !== list || this.#view.selected !== id) return;
    this.#selected = event;
    this.#paint();
    if (index >= 0) this.#reveal(index);
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
    const { statuses, sources, connection } = this.#live;
    if (view.service) this.#nav.seen.set(view.service, this.#live.sum(view.service));
    Object.assign(this.#nav, { statuses, connection, current: view.service }).render();
    Object.assign(this.#toolbar, {
      view,
      statuses,
      sources,
      origins: [...this.#origins].sort(),
      isFollowing: this.#isFollowing,
      total: this.#total(),
    }).render();
    this.#table.render(this.#list, view, this.#isFollowing);
    Object.assign(this.#details, { event: this.#selected, view }).render();
    this.#split.render();
    this.#news.hidden = this.#waiting === 0;
    fill(this.#news, `${view.oldestFirst ? "↓" : "↑"} ${count(this.#waiting)} new`);
    const isEmpty = this.#list.hasLoaded && this.#list.length === 0;
    this.#table.classList.toggle("is-empty", isEmpty);
    if (isEmpty === this.#empty.hidden) {
      fill(this.#empty, ...isEmpty ? emptyState(view, statuses, (change) => this.#go(change)) : []);
    }
    this.#empty.hidden = !isEmpty;
  }

  #total() {
    if (!this.#list.hasLoaded) return "";
    const events = this.#list.eventCount;
    return `${this.#list.isExact ? "" : "≈ "}${count(events)} ${events === 1 ? "event" : "events"}`;
  }

  /** Takes in what has arrived since the last frame. */
  #take() {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const { origin } of arrived) this.#origins.add(origin);
    const list = this.#list;
    const added = arrived.length > 0 ? list.add(arrived) : 0;
    if (!this.#isFollowing) this.#waiting += added;
    if (added > 0) this.#try(() => list.trim());
    this.#unsaid += added;
    if (this.#unsaid === 0 || Date.now() - this.#lastSaid < pauseBetweenNews) return;
    this.#said.textContent = `${count(this.#unsaid)} new ${
      this.#unsaid === 1 ? "event" : "events"
    }`;
    this.#unsaid = 0;
    this.#lastSaid = Date.now();
  }

  // What went wrong

  /** @param {Connection} connection */
  #connected(connection) {
    if (connection === "refused") this.#refuse();
    this.#paint();
  }

  #refuse() {
    this.#live.connection = "refused";
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
      this.#live.isStale = true;
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
    await this.#live.load();
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
    await this.#live.load();
    this.#go({ selected: null });
  }

  /** @param {OffEvent | null} event */
  #select(event) {
    this.#selected = event;
    this.#turn({ selected: event?.id ?? null });
  }

  /** @param {number} step rows down the screen */
  #step(step) {
    const rows = this.#list.length;
    const here = this.#selected ? this.#list.indexOf({ kind: "event", event: this.#selected }) : -1;
    const place = here < 0 ? step < 0 ? rows : -1 : this.#table.place(here);
    const next = Math.max(0, Math.min(rows - 1, place + step));
    if (next !== place) this.#stepTo(next, Math.sign(step));
  }

  /**
   * Selects the first event on the screen from `start` on, which may have to be loaded first.
   *
   * @param {number} start
   * @param {number} way
   */
  async #stepTo(start, way) {
    const list = this.#list;
    for (let place = start; place >= 0 && place < list.length; place += way) {
      const index = this.#table.place(place);
      if (!list.row(index)) {
        this.#reveal(index);
        await this.#try(() => list.want(index, index + 1));
      }
      const row = list.row(index);
      if (this.#list !== list || !row) return;
      if (row.kind !== "event") continue;
      this.#select(row.event);
      return this.#reveal(index);
    }
  }

  /** @param {number} index */
  #reveal(index) {
    if (this.#table.isSeen(index)) return;
    // At the newest it follows again, once it is there.
    this.#isFollowing = false;
    this.#table.reveal(index);
  }

  /** @param {boolean} isFollowing */
  #setFollowing(isFollowing) {
    this.#isFollowing = isFollowing;
    if (isFollowing) this.#waiting = 0;
    // What is sorted is as it was when it was asked for.
    if (isFollowing && this.#view.sort) this.#go({ sort: null, isSortedDown: false });
    this.#paint();
  }

  /** @param {boolean} isAtNewest */
  #scrolled(isAtNewest) {
    if (isAtNewest === this.#isFollowing || !this.#list.hasLoaded || this.#view.sort) return;
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
