// @ts-check
/** A push is written, and what was pushed before taken up again. */

/** @import { KnownWorker, OffEvent, PushSubscription, View } from "./types.d.ts" */

import { ask } from "./api.js";
import { h } from "./dom.js";
import { jsonMistake } from "./drive-json.js";
import { filterOf, refill } from "./drive-parts.js";
import { brief } from "./drive-words.js";
import { clock, count } from "./format.js";
import { remember, remembered } from "./remembered.js";

const place = "offstage.drive";
const placeOfWay = "offstage.drive.way";
/** So many workers' last payloads are remembered, and none that is longer. */
const mostRemembered = 20;
const longestRemembered = 20_000;
/** In bytes: what a message of 4096, which every push service takes (RFC 8030), holds (RFC 8291). */
const mostOfServices = 3993;

export class DrivePush {
  /** @type {import("./drive-parts.js").Perform} */
  perform = () => {};

  /** As it was recorded: a text area knows only one kind of line end. */
  #taken = "";
  /** @type {{ event: OffEvent, data: string }[]} */
  #last = [];
  #scope = "";
  /** @type {View | null} */
  #view = null;
  /** @type {KnownWorker | null} */
  #worker = null;
  /** @type {{ service: string | null, made: PushSubscription | null } | null} null until it is known */
  #subscribed = null;

  #text = h("textarea", {
    rows: 7,
    spellcheck: "false",
    "aria-label": "Payload",
    "aria-describedby": "drive-payload",
    oninput: () => this.#check(),
    onkeydown: (event) => this.#press(event),
  });
  #said = h("p", { class: "said", id: "drive-payload", role: "status" });
  #template = h(
    "select",
    { "aria-label": "Template", onchange: () => this.#fillIn() },
    h("option", { value: "" }, "Template…"),
    h("option", { value: "empty" }, "Empty"),
    h("option", { value: "text" }, "Text"),
    h("option", { value: "notification" }, "Notification (JSON)"),
  );
  #real = h("input", {
    type: "radio",
    name: "way",
    checked: remembered(placeOfWay).isReal === true,
    onchange: () => this.#turn(),
  });
  #simulated = h("input", {
    type: "radio",
    name: "way",
    checked: !this.#real.checked,
    onchange: () => this.#turn(),
  });
  #way = h("p", { class: "said", id: "drive-way" });
  #pushes = h("ul", { class: "takes" });
  element = h(
    "form",
    { onsubmit: (event) => this.#submit(event) },
    h("div", { class: "line" }, h("h3", {}, "Payload"), this.#template),
    this.#text,
    this.#said,
    h(
      "div",
      { class: "line", role: "radiogroup", "aria-label": "Way", "aria-describedby": "drive-way" },
      h("label", {}, this.#simulated, "Simulated"),
      h("label", {}, this.#real, "Real"),
    ),
    this.#way,
    h(
      "div",
      { class: "line" },
      h("button", { class: "main", title: "Deliver the push (Ctrl+Enter)" }, "Send"),
      h("span", { class: "quiet" }, h("kbd", {}, "Ctrl+Enter")),
    ),
    h("h3", {}, "Last pushes"),
    this.#pushes,
  );

  /**
   * @param {KnownWorker} worker
   * @param {View} view
   */
  render(worker, view) {
    if (this.#scope !== worker.scope) {
      this.#scope = worker.scope;
      this.#last = [];
      const text = remembered(place)[worker.scope];
      this.#put(typeof text === "string" ? text : "");
    }
    refill(
      this.#way,
      [this.#real.checked, this.#subscribed, view.utc],
      () => this.#real.checked ? realWay(this.#subscribed, view) : [simulatedWay],
    );
    this.#view = view;
    this.#worker = worker;
    const state = [view.utc, this.#last.map(({ event }) => event.id)];
    refill(
      this.#pushes,
      state,
      () =>
        this.#last.length === 0
          ? [h("li", { class: "quiet" }, "None of this worker was recorded.")]
          : this.#last.map(({ event, data }) =>
            h(
              "li",
              {},
              h(
                "button",
                {
                  type: "button",
                  "data-key": event.id,
                  title: "Take this payload",
                  onclick: () => this.#put(data),
                },
                h("span", { class: "quiet" }, clock(event.timestampMicros, view.utc)),
                h("code", {}, brief(data)),
              ),
            )
          ),
    );
  }

  /** @param {KnownWorker} worker */
  async renew(worker) {
    const filter = filterOf(worker, "pushMessaging", 'event:"Push event dispatched"');
    const parameters = new URLSearchParams({ filter, limit: "20" });
    /** @type {[{ events: OffEvent[] }, { service: string | null, subscriptions: PushSubscription[] }]} */
    const [{ events }, { service, subscriptions }] = await Promise.all([
      ask(`/events?${parameters}`),
      ask("/push/subscriptions"),
    ]);
    this.#subscribed = { service, made: newestOf(subscriptions, worker) };
    if (this.#scope !== worker.scope) return;
    const pushes = events.map((event) => ({ event, data: payload(event) }))
      .filter(({ data }) => data !== "");
    this.#last = pushes.filter(({ data }, index) =>
      pushes.findIndex((other) => other.data === data) === index
    ).slice(0, 5);
  }

  focus() {
    this.#text.focus();
  }

  #turn() {
    remember(placeOfWay, { isReal: this.#real.checked });
    if (this.#worker && this.#view) this.render(this.#worker, this.#view);
  }

  /** @param {string} text */
  #put(text) {
    this.#taken = text;
    this.#text.value = text;
    this.#check();
  }

  get #data() {
    const { value } = this.#text;
    return value === this.#taken.replace(/\r\n?/g, "\n") ? this.#taken : value;
  }

  #check() {
    const data = this.#data;
    const bytes = new TextEncoder().encode(data).length;
    const isLong = bytes > mostOfServices;
    const size = `${count(bytes)} ${bytes === 1 ? "byte" : "bytes"}` +
      (isLong ? `; push services need not take more than ${count(mostOfServices)}` : "");
    const found = /^\s*[{[]/.test(data) ? jsonMistake(data) : null;
    this.#said.classList.toggle("mistaken", found != null);
    if (!found) {
      const kind = /^\s*[{[]/.test(data) ? "JSON" : "Text";
      this.#said.replaceChildren(
        data === "" ? "Empty: the event's data is null." : `${kind}, ${size}.`,
      );
      return;
    }
    const { line, column, position, wanted } = found;
    this.#said.replaceChildren(
      `✕ No JSON, at ${line}:${column} there should be ${wanted}. It is sent as it is: ${size}. `,
      h("button", { type: "button", onclick: () => this.#goTo(position) }, "Go there"),
    );
  }

  /** @param {number} position */
  #goTo(position) {
    this.#text.focus();
    this.#text.setSelectionRange(position, position + 1);
  }

  #fillIn() {
    const text = templates(this.#scope)[this.#template.value];
    this.#template.value = "";
    if (text == null) return;
    this.#put(text);
    this.#text.focus();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) this.#send();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.#send();
  }

  #send() {
    const data = this.#data;
    if (data.length <= longestRemembered) {
      const { [this.#scope]: _, ...others } = remembered(place);
      const kept = Object.entries(others).slice(1 - mostRemembered);
      remember(place, Object.fromEntries([...kept, [this.#scope, data]]));
    }
    const push = { kind: "push", data: data === "" ? null : data };
    this.perform(this.#real.checked ? { ...push, real: true } : push);
  }
}

/** @param {OffEvent} event */
function payload({ eventMetadata }) {
  return eventMetadata.find(({ key }) => key === "Payload")?.value ?? "";
}

/**
 * @param {string} scope
 * @returns {Record<string, string>}
 */
function templates(scope) {
  const notification = { title: "Hello", body: "From Offstage", navigate: scope };
  return {
    empty: "",
    text: "hello",
    // As a declarative push message is written: 8030 says that it is one.
    notification: JSON.stringify({ web_push: 8030, notification }, null, 2),
  };
}

const simulatedWay =
  "As DevTools does it: no push service, no encryption, no permission, no message id.";

/**
 * @param {{ service: string | null, made: PushSubscription | null } | null} subscribed
 * @param {View} view
 */
function realWay(subscribed, view) {
  if (!subscribed) return ["…"];
  const { service, made } = subscribed;
  if (made) {
    const since = clock(made.createdMicros, view.utc).slice(0, 8);
    return [
      "Encrypted for the subscription of ",
      since,
      ", signed by Offstage, posted to ",
      h("code", {}, service ?? "the push service"),
      ".",
    ];
  }
  return [
    "Its site has no subscription with Offstage's push service. ",
    service ? "A page makes one by pushManager.subscribe(). " : "",
    h("code", {}, "offstage open URL --push"),
    " starts a browser that subscribes there.",
  ];
}

/**
 * That of the worker's site which holds.
 *
 * @param {PushSubscription[]} subscriptions oldest first
 * @param {KnownWorker} worker
 */
function newestOf(subscriptions, { origin }) {
  return subscriptions.findLast((each) => each.origin === origin && each.ended == null) ?? null;
}
