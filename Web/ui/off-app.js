// @ts-check
/** The page: which view is shown, and what the person does with it. */

/** @import { Connection, OffEvent, ServiceName, View } from "./types.d.ts" */

import { address, readAddress, readView, writeAddress } from "./address.js";
import { ask, enter } from "./api.js";
import { confirm, showKeys } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { matches, unfiltered } from "./filter.js";
import { listenToKeys } from "./keys.js";
import { writeFilter } from "./language.js";
import { Live } from "./live.js";
import { OffDetails } from "./off-details.js";
import { OffList } from "./off-list.js";
import { OffNav } from "./off-nav.js";
import { OffSplit } from "./off-split.js";
import { OffTimeline } from "./off-timeline.js";
import { OffToolbar } from "./off-toolbar.js";
import { Problem } from "./problem.js";
import { ReportHead } from "./report-head.js";
import { report } from "./saved.js";
import { service, services } from "./services.js";

export class OffApp extends HTMLElement {
  /** @type {View} */
  #view = readAddress(address());
  /** @type {OffEvent | null} */
  #selected = null;
  #isPainting = false;
  #live = new Live({
    changed: () => this.#changed(),
    event: (event) => {
      this.#list.add(event);
      this.#timeline.stale();
      this.#paint();
    },
    renewed: () => {
      this.#say(null);
      this.#timeline.stale();
      if (this.#view.timeline) this.#show(this.#view);
      else this.#list.renew(this.#view, this.#live.gaps);
    },
    connected: (connection) => this.#connected(connection),
    attempt: (work) => this.#try(work),
  });

  #nav = new OffNav();
  #toolbar = new OffToolbar();
  #list = new OffList();
  #timeline = new OffTimeline();
  #details = new OffDetails();
  #head = report && new ReportHead(report);
  #notice = h("div", { class: "notice", role: "alert", hidden: true });
  #split = new OffSplit(h("div", { class: "pane" }, this.#list, this.#timeline), this.#details);

  async connectedCallback() {
    const { told } = this.#toolbar.save;
    const main = h("main", {}, this.#head, this.#toolbar, this.#notice, told, this.#split);
    fill(this, this.#nav, main);
    this.#wire();
    // What is left of the lease, and whether somebody records, change with time alone.
    setInterval(() => this.#paint(), 10_000);
    this.#paint();
    if (!await enter()) return this.#refuse();
    await this.#try(async () => {
      this.#view = await readView(address());
    });
    this.#live.begin();
  }

  #wire() {
    this.#nav.link = (name) =>
      writeAddress({ ...this.#view, service: name, selected: null, timeline: false });
    this.#toolbar.go = (change) => this.#go(change);
    this.#toolbar.recorder.record = (wanted) => this.#try(() => this.#record(wanted));
    this.#toolbar.turn = (change) => this.#turn(change);
    this.#toolbar.box.attempt = (work) => this.#try(work);
    this.#toolbar.clear = () => this.#try(() => this.#clear());
    this.#toolbar.follow = () => this.#list.setFollowing(!this.#list.isFollowing);
    this.#toolbar.columns = () => this.#list.showColumns();
    this.#toolbar.help = showKeys;
    this.#toolbar.save.imported = () => this.#live.reload();
    this.#list.go = (change) => this.#go(change);
    this.#list.select = (event) => this.#select(event);
    this.#list.attempt = (work) => this.#try(work);
    this.#list.changed = () => this.#paint();
    this.#timeline.go = (change) => this.#go(change);
    this.#timeline.look = (change) => this.#turn(change);
    this.#timeline.select = (event) => this.#select(event);
    this.#timeline.attempt = (work) => this.#try(work);
    this.#details.select = (event) => {
      this.#select(event);
      if (event && !this.#view.timeline) this.#list.reveal(event);
    };
    this.#details.step = (step) =>
      this.#view.timeline ? this.#timeline.step(step) : this.#list.step(step);
    addEventListener("popstate", () => this.#try(() => this.#return()));
    this.addEventListener("click", (event) => this.#followLink(event));
    listenToKeys({
      record: () => report || this.#toolbar.recorder.press(),
      filter: () => this.#toolbar.box.focus(),
      leaveFilter: () => this.#list.focusRows(),
      pane: (name) => this.#go({ service: name, timeline: false }),
      timeline: () => this.#go({ service: null, timeline: true }),
      press: (event) => this.#view.timeline && this.#timeline.press(event),
      step: (step) => this.#list.step(step),
      stepPageDown: () => this.#list.step(this.#list.pageRows),
      stepPageUp: () => this.#list.step(-this.#list.pageRows),
      first: () => this.#list.first(),
      last: () => this.#list.last(),
      close: () => this.#select(null),
      follow: () => this.#list.setFollowing(!this.#list.isFollowing),
      order: () => this.#go({ oldestFirst: !this.#view.oldestFirst, sort: null }),
      zone: () => this.#turn({ utc: !this.#view.utc }),
      micros: () => this.#turn({ micros: !this.#view.micros }),
      columns: () => this.#list.showColumns(),
      copy: () => navigator.clipboard.writeText(JSON.stringify(this.#selected, null, 2)),
      isOpen: () => this.#selected != null,
    });
  }

  // What is shown

  #changed() {
    this.#list.setGaps(this.#live.gaps);
    // Before anything is known nothing was seen of it.
    for (const { name } of this.#live.statuses.length > 0 ? services : []) {
      // After a removal there is less than was seen.
      const sum = this.#live.sum(name);
      this.#nav.seen.set(name, Math.min(this.#nav.seen.get(name) ?? sum, sum));
    }
    this.#paint();
  }

  /** @param {Partial<View>} change */
  #go(change) {
    const view = { ...this.#view, ...change };
    // What is looked at stays, as long as it is in the view.
    const stays = this.#selected != null && matches(this.#selected, view);
    if (!("selected" in change) && !stays) view.selected = null;
    history.pushState(null, "", writeAddress(view));
    this.#say(null);
    this.#show(view);
  }

  /** To what the address names now. */
  async #return() {
    const named = address();
    const view = await readView(named);
    if (address() === named) this.#show(view);
  }

  /** @param {Partial<View>} change of how the same rows are shown */
  #turn(change) {
    this.#view = { ...this.#view, ...change };
    history.replaceState(null, "", writeAddress(this.#view));
    this.#paint();
  }

  /** @param {View} view */
  #show(view) {
    this.#view = view;
    if (view.selected !== this.#selected?.id) this.#selected = null;
    this.#list.selected = this.#selected;
    if (view.timeline) {
      this.#list.end();
      this.#try(() => this.#findSelected(view));
    } else this.#list.show(view, this.#live.gaps);
    this.#paint();
  }

  /** @param {View} view */
  async #findSelected(view) {
    if (!view.selected || this.#selected) return;
    const event = await ask(`/events/${view.selected}`);
    if (this.#view.selected === event.id) this.#select(event);
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
    const view = this.#view;
    const pane = view.timeline ? "Timeline" : service(view.service)?.title ?? "All events";
    document.title = `${pane} · Offstage`;
    const { statuses, sources, connection } = this.#live;
    if (view.service) this.#nav.seen.set(view.service, this.#live.sum(view.service));
    Object.assign(this.#nav, {
      statuses,
      connection,
      failed: this.#live.failed,
      current: view.service,
      isTimeline: view.timeline,
      timeline: writeAddress({ ...view, service: null, selected: null, timeline: true }),
    }).render();
    Object.assign(this.#toolbar, {
      view,
      statuses,
      sources,
      origins: this.#live.origins,
      isFollowing: this.#list.isFollowing,
      total: view.timeline ? "" : this.#list.total,
    }).render();
    Object.assign(this.#list, { view, statuses, selected: this.#selected }).render();
    Object.assign(this.#timeline, {
      view,
      statuses,
      gaps: this.#live.gaps,
      selected: this.#selected,
    }).render();
    Object.assign(this.#details, { event: this.#selected, view }).render();
    this.#head?.render(view.utc);
    this.#split.render();
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
    await this.#live.reload();
  }

  async #clear() {
    const { service: name, origin, source, ...rest } = this.#view;
    const what = service(name)?.title ?? "all services";
    const where = [origin && ` of ${origin}`, source && ` in ${source}`].filter(Boolean).join("");
    const ignored = writeFilter({ ...rest, service: null, origin: null, source: null });
    const isSure = await confirm(
      "Clear",
      [
        `All stored events of ${what}${where} are removed${
          ignored ? `, also those that the filter “${ignored}” does not show` : ""
        }.`,
        "The browser's own log stays as it is; what was removed here does not come back from it.",
      ],
      "Clear",
    );
    if (!isSure) return;
    const filter = writeFilter({ ...unfiltered, service: name, origin, source });
    const parameters = new URLSearchParams(filter ? { filter } : {});
    await ask(`/events?${parameters}`, { method: "DELETE" });
    await this.#live.reload();
    this.#go({ selected: null });
  }

  /** @param {OffEvent | null} event */
  #select(event) {
    this.#selected = event;
    this.#turn({ selected: event?.id ?? null });
  }

  /** @param {MouseEvent} event */
  #followLink(event) {
    const link = event.target instanceof Element ? event.target.closest("off-nav a") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.view) return this.#go({ service: null, timeline: true });
    this.#go({ service: service(link.dataset.service ?? null)?.name ?? null, timeline: false });
  }
}
