// @ts-check
/** The drawer in which the recorded browser is made to do something. */

/** @import { DriveSection, KnownWorker, ServiceStatus, TriggerAction, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { confirm } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { DriveLog } from "./drive-log.js";
import { DriveNotifications } from "./drive-notifications.js";
import { DriveFetches, DriveNetwork, DriveSync, DriveWorker } from "./drive-panels.js";
import { refill } from "./drive-parts.js";
import { DrivePush } from "./drive-push.js";
import { question, whatToDo } from "./drive-said.js";
import { isDestructive, sections } from "./drive-words.js";
import { Problem } from "./problem.js";

/** That a worker is registered is told by no event. In milliseconds. */
const pause = 10_000;
const pauseWithoutWorkers = 2000;
/** After news, so that much of it is one question. */
const pauseAfterNews = 300;
/** There the drawer covers the page. */
const narrow = matchMedia("(max-width: 900px)");

export class OffDrive extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {ServiceStatus[]} */
  statuses = [];
  /** @type {(change: Partial<View>) => void} */
  turn = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});

  /** @type {KnownWorker[] | null} of all sources; null before they were asked for */
  #workers = null;
  #chosen = "";
  /** @type {DriveSection | null} */
  #shown = null;
  /** @type {DriveSection} */
  #last = "push";
  /** @type {"due" | "kept" | null} kept by the closing button for what is to come */
  #focus = null;
  /** @type {Element | null} what had the focus before */
  #opener = null;
  #hasBegun = false;
  #asked = 0;
  /** @type {number | undefined} */
  #timer;
  #network = new DriveNetwork();
  #notifications = new DriveNotifications();
  #log = new DriveLog();
  /** @type {Record<DriveSection, (import("./drive-parts.js").Part & { focus: () => void, perform: import("./drive-parts.js").Perform })>} */
  #parts = {
    push: new DrivePush(),
    sync: new DriveSync(),
    network: this.#network,
    worker: new DriveWorker(),
    fetches: new DriveFetches(),
    notifications: this.#notifications,
  };

  #select = h("select", { "aria-label": "Service worker", onchange: () => this.#choose() });
  #tabs = sections.map(([name, title]) =>
    h("button", {
      type: "button",
      role: "tab",
      id: `drive-${name}`,
      "aria-controls": "drive-part",
      onclick: () => this.turn({ drive: name }),
    }, title)
  );
  #close = h("button", {
    type: "button",
    title: "Close (Esc)",
    "aria-label": "Close",
    onclick: () => this.close(),
  }, "✕");
  #empty = h("div", { class: "nobody" });
  #part = h("div", { class: "part", role: "tabpanel", id: "drive-part" });
  #whole = h(
    "div",
    { class: "whole" },
    this.#select,
    h(
      "div",
      {
        class: "tabs",
        role: "tablist",
        "aria-label": "What to do",
        onkeydown: (event) => this.#step(event),
      },
      ...this.#tabs,
    ),
  );
  #body = h(
    "div",
    { class: "body" },
    this.#whole,
    this.#empty,
    this.#part,
    this.#log.outcome,
    this.#log.way,
    this.#log.element,
  );

  connectedCallback() {
    this.hidden = true;
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", "Drive");
    fill(this, h("header", {}, h("h2", {}, "Drive"), this.#close), this.#body);
    narrow.addEventListener("change", () => this.render());
    const perform = (/** @type {TriggerAction} */ action) => this.#perform(action);
    for (const part of Object.values(this.#parts)) part.perform = perform;
    this.#log.again = perform;
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  /** From here on the server takes what is asked. */
  begin() {
    this.#hasBegun = true;
    if (this.view?.drive) this.#renewIn(0);
  }

  toggle() {
    if (this.view?.drive) return this.close();
    this.#opener = document.activeElement;
    this.#focus = "due";
    this.turn({ drive: this.#last });
  }

  close() {
    this.#focus = null;
    this.turn({ drive: null });
    const { body } = document;
    if (this.#opener instanceof HTMLElement && this.#opener !== body) this.#opener.focus();
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.#opener = null;
  }

  /** Something has happened. */
  stale() {
    if (this.view?.drive) this.#renewIn(pauseAfterNews);
  }

  render() {
    const { view } = this;
    if (!view) return;
    this.hidden = view.drive == null;
    const isAlone = !this.hidden && narrow.matches;
    for (const other of this.parentElement?.children ?? []) {
      if (other instanceof HTMLElement && other !== this) other.inert = isAlone;
    }
    if (!view.drive) {
      this.#shown = null;
      clearTimeout(this.#timer);
      return;
    }
    if (this.#shown !== view.drive) this.#open(view.drive);
    const known = this.#known;
    const worker = this.#worker;
    const source = this.#source;
    // What is on a browser's screen needs no worker.
    const isThere = view.drive === "notifications" ? source != null : worker != null;
    this.#whole.hidden = source == null;
    this.#select.hidden = worker == null;
    this.#part.hidden = !isThere;
    this.#empty.hidden = isThere;
    refill(this.#empty, [this.#emptiness], () => whatToDo(this.#emptiness));
    const severalSources = new Set(known.map(({ source }) => source.id)).size > 1;
    refill(this.#select, [known, worker], () =>
      known.map((each) =>
        h(
          "option",
          { value: key(each), selected: each === worker },
          severalSources ? `${each.scope} in ${each.source.name}` : each.scope,
        )
      ));
    // Whoever follows a link out of a drawer that covers the page wants to see where it leads.
    const linked = isAlone ? { ...view, drive: null } : view;
    this.#network.triggers = this.#log.triggers;
    this.#notifications.source = source;
    if (view.drive === "notifications") this.#notifications.render(worker, linked);
    else if (worker) this.#parts[view.drive].render(worker, linked);
    this.#log.element.hidden = source == null;
    this.#log.render(linked);
    if (this.#focus) this.#takeFocus(isThere ? this.#parts[view.drive] : null);
  }

  /**
   * The part has it as soon as it is there; until then, once that is known to take longer, the
   * button that closes the drawer.
   *
   * @param {{ focus: () => void } | null} part
   */
  #takeFocus(part) {
    if (part) {
      // Somebody may have gone on meanwhile.
      if (this.#focus === "due" || document.activeElement === this.#close) part.focus();
      this.#focus = null;
    } else if (this.#focus === "due" && this.#emptiness !== "unknown") {
      this.#focus = "kept";
      this.#close.focus();
    }
  }

  /** @param {DriveSection} name */
  #open(name) {
    this.#shown = name;
    this.#last = name;
    for (const [index, [other]] of sections.entries()) {
      this.#tabs[index].setAttribute("aria-selected", String(other === name));
      this.#tabs[index].tabIndex = other === name ? 0 : -1;
    }
    this.#part.setAttribute("aria-labelledby", `drive-${name}`);
    fill(this.#part, this.#parts[name].element);
    this.#renewIn(0);
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step == null) return;
    event.preventDefault();
    event.stopPropagation();
    const at = sections.findIndex(([name]) => name === this.#shown);
    const next = (at + step + sections.length) % sections.length;
    this.#tabs[next].focus();
    this.turn({ drive: sections[next][0] });
  }

  // Which worker

  /** Those of browsers that are being recorded. */
  get #known() {
    const held = new Set(
      this.statuses.filter(({ isHeld }) => isHeld).map(({ source }) => source.id),
    );
    return (this.#workers ?? []).filter(({ source }) => held.has(source.id));
  }

  get #worker() {
    const known = this.#known;
    return known.find((worker) => key(worker) === this.#chosen) ?? known[0] ?? null;
  }

  /** What is driven is also seen once it has no worker any more. */
  get #source() {
    return this.#worker?.source.id ?? this.statuses.find(({ isHeld }) => isHeld)?.source.id ?? null;
  }

  #choose() {
    this.#chosen = this.#select.value;
    this.render();
    this.#renewIn(0);
  }

  get #emptiness() {
    if (this.#workers == null) return "unknown";
    return this.statuses.some(({ isHeld }) => isHeld) ? "no worker" : "no recorder";
  }

  // Asking

  /** @param {number} after milliseconds */
  #renewIn(after) {
    clearTimeout(this.#timer);
    if (!this.#hasBegun) return;
    this.#timer = setTimeout(() => this.attempt(() => this.#renew()), after);
  }

  async #renew() {
    const drive = this.view?.drive;
    if (!drive) return;
    const number = ++this.#asked;
    try {
      this.#workers = (await ask("/workers")).workers;
      this.render();
      const worker = this.#worker;
      const source = this.#source;
      await Promise.all([
        source && this.#log.renew(source),
        drive === "notifications"
          ? this.#notifications.renew()
          : worker && this.#parts[drive].renew(worker),
      ]);
      this.render();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.#hasBegun = false;
      // When nobody answers the stream tells it.
      if (!(error instanceof TypeError)) throw error;
    } finally {
      const next = this.#worker ? pause : pauseWithoutWorkers;
      if (number === this.#asked && this.view?.drive) this.#renewIn(next);
    }
  }

  /** @param {TriggerAction} action without its worker, or one that was asked before */
  async #perform(action) {
    const source = this.#source;
    const whole = aimed(action, this.#worker);
    if (!whole || !source) return;
    if (isDestructive(action) && !await confirm(...question(whole))) return;
    await this.attempt(() =>
      this.#log.send(whole, source, () => {
        this.render();
        this.stale();
      })
    );
  }
}

/** @param {KnownWorker} worker */
function key({ source, serviceWorkerRegistrationId }) {
  return `${source.id} ${serviceWorkerRegistrationId}`;
}

/**
 * @param {TriggerAction} action
 * @param {KnownWorker | null} worker
 * @returns {TriggerAction | null} null if there is nobody to do it to
 */
function aimed(action, worker) {
  if (action.kind === "notification") return action;
  if (action.origin != null || action.scope != null) return action;
  if (!worker) return null;
  const { origin, scope } = worker;
  return action.kind === "clear-site-data" ? { ...action, origin } : { ...action, origin, scope };
}
