// @ts-check
/** The page: which view is shown, and what the person does with it. */

/** @import { Connection, OffEvent, OperationNews, View } from "./types.d.ts" */

import { address, readAddress, readView, writeAddress } from "./address.js";
import { ask, enter } from "./api.js";
import { clear, record } from "./commands.js";
import { showKeys } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { matches } from "./matching.js";
import { listenToKeys } from "./keys.js";
import { Live } from "./live.js";
import { Notice } from "./notice.js";
import { OffDetails } from "./off-details.js";
import { OffDrive } from "./off-drive.js";
import { OffList } from "./off-list.js";
import { OffNav } from "./off-nav.js";
import { OffOperations } from "./off-operations.js";
import { OffSplit } from "./off-split.js";
import { OffTimeline } from "./off-timeline.js";
import { OffToolbar } from "./off-toolbar.js";
import { events, operations, paneTitle, timeline } from "./panes.js";
import { ReportHead } from "./report-head.js";
import { report } from "./saved.js";
import { asksForState } from "./selection.js";
import { service } from "./services.js";
import { Troubles } from "./troubles.js";

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
      this.#drive.stale();
      this.#paint();
    },
    operation: (news) => this.#operationTold(news),
    operationsSkipped: () => {
      this.#list.skip();
      this.#troubles.forget();
      this.#paint();
      if (this.#view.operations) this.#operations.renew(this.#view);
    },
    driven: () => this.#drive.stale(),
    renewed: () => {
      this.#notice.say(null);
      this.#troubles.forget();
      this.#timeline.stale();
      this.#drive.stale();
      if (this.#view.operations) this.#operations.renew(this.#view);
      else if (this.#view.timeline) this.#show(this.#view);
      else this.#list.renew(this.#view, this.#live.gaps);
    },
    connected: (connection) => this.#connected(connection),
    attempt: (work) => this.#notice.attempt(work),
  });

  #troubles = new Troubles();
  #nav = new OffNav();
  #toolbar = new OffToolbar();
  #list = new OffList();
  #timeline = new OffTimeline();
  #operations = new OffOperations();
  #details = new OffDetails();
  #drive = new OffDrive();
  #head = report && new ReportHead(report);
  #notice = new Notice();
  #split = new OffSplit(
    h("div", { class: "pane" }, this.#list, this.#timeline, this.#operations),
    this.#details,
  );

  async connectedCallback() {
    const { told } = this.#toolbar.save;
    const notice = this.#notice.element;
    const main = h("main", {}, this.#head, this.#toolbar, notice, told, this.#split);
    fill(this, this.#nav, main, !report && this.#drive);
    this.#wire();
    // What is left of the lease, and whether somebody records, change with time alone.
    setInterval(() => this.#paint(), 10_000);
    this.#paint();
    if (!await enter()) return this.#refuse();
    await this.#notice.attempt(async () => {
      this.#view = await readView(address());
    });
    this.#live.begin();
    this.#drive.begin();
  }

  #wire() {
    this.#notice.refused = () => this.#refuse();
    this.#notice.unanswered = () => this.#live.isStale = true;
    this.#toolbar.go = (change) => this.#go(change);
    this.#toolbar.recorder.record = (wanted) => this.#notice.attempt(() => this.#record(wanted));
    this.#toolbar.turn = (change) => this.#turn(change);
    this.#toolbar.box.attempt = (work) => this.#notice.attempt(work);
    this.#toolbar.clear = () => this.#notice.attempt(() => this.#clear());
    this.#toolbar.follow = () => this.#rows.setFollowing(!this.#rows.isFollowing);
    this.#toolbar.columns = () => this.#rows.showColumns();
    this.#toolbar.help = showKeys;
    this.#toolbar.drive = () => this.#drive.toggle();
    this.#toolbar.save.imported = () => this.#live.reload();
    const attempt = (/** @type {() => Promise<unknown>} */ work) => this.#notice.attempt(work);
    const go = (/** @type {Partial<View>} */ change) => this.#go(change);
    const changed = () => this.#paint();
    const troubles = this.#troubles;
    Object.assign(troubles, { attempt, changed });
    Object.assign(this.#drive, { attempt, turn: this.#toolbar.turn });
    Object.assign(this.#list, { attempt, go, changed, troubles });
    Object.assign(this.#timeline, { attempt, go });
    Object.assign(this.#operations, { attempt, go, changed, troubles });
    Object.assign(this.#operation, { attempt });
    this.#list.select = (event) => this.#select(event);
    this.#timeline.look = (change) => this.#turn(change);
    this.#timeline.select = (event) => this.#select(event);
    this.#operations.select = (operation) => this.#turn({ operation: operation?.id ?? null });
    this.#operation.step = (step) => this.#operations.step(step);
    this.#operation.close = () => this.#turn({ operation: null });
    // What had another number once has this one now.
    this.#operation.found = (asked, { id }) => {
      if (this.#view.operation === asked && asked !== id) this.#turn({ operation: id });
    };
    this.#details.select = (event) => {
      this.#select(event);
      if (event && !this.#view.timeline) this.#list.reveal(event);
    };
    this.#details.step = (step) =>
      this.#view.timeline ? this.#timeline.step(step) : this.#list.step(step);
    addEventListener("popstate", () => this.#notice.attempt(() => this.#return()));
    this.addEventListener("click", (event) => this.#followLink(event));
    listenToKeys({
      record: () => report || this.#toolbar.recorder.press(),
      filter: () => this.#toolbar.box.focus(),
      rows: () => this.#rows,
      pane: (name) => this.#go({ ...events, service: name }),
      timeline: () => this.#go(timeline),
      operations: () => this.#go(operations),
      press: (event) => this.#view.timeline && this.#timeline.press(event),
      close: () => this.#close(),
      drive: () => report || this.#drive.toggle(),
      order: () => this.#go({ oldestFirst: !this.#view.oldestFirst, sort: null }),
      zone: () => this.#turn({ utc: !this.#view.utc }),
      micros: () => this.#turn({ micros: !this.#view.micros }),
      copy: () => navigator.clipboard.writeText(JSON.stringify(this.#shown, null, 2)),
      isOpen: () => this.#isOpen,
    });
  }

  #close() {
    if (this.#view.drive && !this.#isOpen) return this.#drive.close();
    if (this.#view.operations) this.#operation.close();
    else this.#select(null);
  }

  // What is shown

  /** The list whose rows the keys go through. */
  get #rows() {
    return this.#view.operations ? this.#operations : this.#list;
  }

  /** Whether there are details. */
  get #isOpen() {
    return (this.#view.operations ? this.#view.operation : this.#selected) != null;
  }

  get #operation() {
    return this.#details.operation;
  }

  /** What the details tell of. */
  get #shown() {
    if (!this.#view.operations) return this.#selected;
    const { scene } = this.#operation;
    return scene?.operation.id === this.#view.operation ? scene : null;
  }

  /** @param {OperationNews} news */
  #operationTold(news) {
    this.#operations.add(news);
    this.#troubles.tell(news);
    this.#list.tell(news);
    this.#drive.stale();
    if (asksForState(this.#view.restSelection)) this.#timeline.stale();
    const { operation, replaces } = news;
    if (replaces.some((id) => id === this.#view.operation)) this.#turn({ operation: operation.id });
    this.#operation.take(operation);
    this.#paint();
  }

  #changed() {
    this.#list.setGaps(this.#live.gaps);
    // Before anything is known nothing was seen of it.
    if (this.#live.statuses.length > 0) this.#nav.see((name) => this.#live.sum(name));
    this.#paint();
  }

  /** @param {Partial<View>} change */
  #go(change) {
    const view = { ...this.#view, ...change };
    if (view.operations) Object.assign(view, { selected: null, sort: null });
    // What is looked at stays, as long as it is in the view.
    const stays = this.#selected != null && matches(this.#selected, view);
    if (!("selected" in change) && !stays) view.selected = null;
    const chosen = this.#operation.scene?.operation;
    if (!("operation" in change) && !(chosen && this.#operations.shows(chosen, view))) {
      view.operation = null;
    }
    history.pushState(null, "", writeAddress(view));
    this.#notice.say(null);
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
    if (view.operations) {
      this.#list.end();
      this.#operations.show(view);
    } else if (view.timeline) {
      this.#operations.end();
      this.#list.end();
      this.#notice.attempt(() => this.#findSelected(view));
    } else {
      this.#operations.end();
      this.#list.show(view, this.#live.gaps);
    }
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
    document.title = `${paneTitle(view)} · Offstage`;
    const { statuses, sources, connection } = this.#live;
    if (view.service) this.#nav.seen.set(view.service, this.#live.sum(view.service));
    const { failed } = this.#live;
    const trouble = this.#troubles.count;
    Object.assign(this.#nav, { view, statuses, connection, failed, trouble }).render();
    Object.assign(this.#toolbar, {
      view,
      statuses,
      sources,
      origins: this.#live.origins,
      isFollowing: this.#rows.isFollowing,
      total: view.timeline ? "" : this.#rows.total,
    }).render();
    Object.assign(this.#list, { view, statuses, selected: this.#selected }).render();
    Object.assign(this.#timeline, {
      view,
      statuses,
      gaps: this.#live.gaps,
      selected: this.#selected,
    }).render();
    Object.assign(this.#operations, { view, statuses }).render();
    Object.assign(this.#details, { event: this.#selected, view }).render();
    Object.assign(this.#drive, { view, statuses }).render();
    this.classList.toggle("driving", view.drive != null);
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
    this.#notice.say(
      "This page has no valid link to Offstage. Run `offstage ui` for a fresh one, or start " +
        "`offstage serve`.",
    );
  }

  // What the person does

  /** @param {boolean} wanted */
  async #record(wanted) {
    await record(this.#view, wanted);
    await this.#live.reload();
  }

  async #clear() {
    if (!await clear(this.#view)) return;
    await this.#live.reload();
    this.#go({ selected: null, operation: null });
  }

  /** @param {OffEvent | null} event */
  #select(event) {
    this.#selected = event;
    this.#turn({ selected: event?.id ?? null });
  }

  /** @param {MouseEvent} event */
  #followLink(event) {
    const link = event.target instanceof Element
      ? event.target.closest("off-nav a, a.inside")
      : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches(".inside")) {
      history.pushState(null, "", link.href);
      return this.#notice.attempt(() => this.#return());
    }
    // In the sidebar stands which pane; all else stays.
    const { view, service: name } = link.dataset;
    if (view === "timeline") return this.#go(timeline);
    if (view === "operations") return this.#go(operations);
    this.#go({ ...events, service: service(name ?? null)?.name ?? null });
  }
}
