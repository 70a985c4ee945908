// @ts-check
/** The filter box: a combobox (ARIA APG) that asks the server how what is written can go on. */

/** @import { FilterCompletion, FilterMistake, View } from "./types.d.ts" */

import { fill, h } from "./dom.js";
import { Mistaken, parse, read, writeFilter } from "./language.js";

/** While somebody writes: until completions are asked for, and until the list follows. */
const pause = 80;
const stillness = 300;

export class OffFilter extends HTMLElement {
  /** @type {View | null} */
  view = null;
  /** @type {(change: Partial<View>) => void} */
  go = () => {};
  /** @type {(work: () => Promise<unknown>) => Promise<void>} */
  attempt = (work) => work().then(() => {});

  /** @type {FilterCompletion[]} */
  #completions = [];
  #active = -1;
  /** Answers to what was asked before are too late. */
  #asked = 0;
  /** Completions are about to be offered. */
  #isLooking = false;
  /** @type {number | undefined} */
  #looking;
  /** @type {number | undefined} */
  #settling;

  #input = h("input", {
    type: "search",
    class: "filter",
    placeholder: "filter: words, outcome:failed, not tag:…, since:2h",
    role: "combobox",
    "aria-label": "Filter",
    "aria-keyshortcuts": "/",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": "filter-completions",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    oninput: () => this.#typing(),
    onchange: () => this.#settle(true),
    onblur: () => this.#close(),
    onkeydown: (event) => this.#press(event),
  });
  #list = h("ul", {
    id: "filter-completions",
    role: "listbox",
    "aria-label": "How the filter can go on",
    hidden: true,
    // The box keeps the focus.
    onmousedown: (event) => event.preventDefault(),
  });
  #mistake = h("div", { id: "filter-mistake", class: "mistake", role: "alert", hidden: true });

  connectedCallback() {
    if (this.firstChild) return;
    fill(this, this.#input, this.#list, this.#mistake);
  }

  /** @override */
  focus() {
    this.#input.focus();
  }

  render() {
    const { view } = this;
    // What was written and is still asked about stays, also when somebody has left the box.
    if (!view || this.#settlings > 0 || document.activeElement === this.#input) return;
    const text = writeFilter({ ...view, service: null });
    // What is mistaken stays until it is mended, or another filter is in force.
    if (!this.#mistake.hidden && this.#shown === text) return;
    this.#shown = text;
    if (this.#input.value !== text) this.#input.value = text;
    this.#forgive();
  }

  /** What the view's filter was when it was last shown. */
  #shown = "";
  /** How often it is asked just now what was meant. */
  #settlings = 0;

  // What is written

  #typing() {
    clearTimeout(this.#looking);
    clearTimeout(this.#settling);
    this.#forgive();
    this.#isLooking = true;
    this.#looking = setTimeout(() => this.attempt(() => this.#look()), pause);
    this.#settling = setTimeout(() => this.#settle(false), stillness);
  }

  /** Asks how it can go on where the cursor stands. */
  async #look() {
    const asked = ++this.#asked;
    const { value, selectionStart } = this.#input;
    const before = value.slice(0, selectionStart ?? value.length);
    const { completions } = await read(value, [...before].length);
    if (asked === this.#asked && document.activeElement === this.#input) this.#offer(completions);
  }

  /** @param {boolean} isDone or somebody is about to write on */
  #settle(isDone) {
    clearTimeout(this.#settling);
    if (isDone) this.#close();
    const { value } = this.#input;
    this.#settlings++;
    return this.attempt(async () => {
      try {
        const typed = await parse(value);
        const { view } = this;
        if (!view || this.#input.value !== value) return;
        this.#forgive();
        if (writeFilter({ ...typed, service: null }) === writeFilter({ ...view, service: null })) {
          if (!typed.service || typed.service === view.service) return;
        }
        this.go({ ...typed, service: typed.service ?? view.service });
      } catch (error) {
        if (!(error instanceof Mistaken)) throw error;
        if (isDone && this.#input.value === value) this.#complain(value, error.mistake);
      } finally {
        this.#settlings--;
      }
    });
  }

  /**
   * @param {string} text
   * @param {FilterMistake} mistake
   */
  #complain(text, { detail, hint, position, length }) {
    const characters = [...text];
    const part = (/** @type {number} */ from, /** @type {number} */ to) =>
      characters.slice(from, to).join("");
    const end = position + length;
    const mark = h("mark", {}, part(position, end) || " ");
    fill(
      this.#mistake,
      h("code", {}, part(0, position), mark, part(end, characters.length)),
      h("p", {}, h("b", {}, detail), " ", hint),
    );
    this.#mistake.hidden = false;
    if (this.view) this.#shown = writeFilter({ ...this.view, service: null });
    this.#input.setAttribute("aria-invalid", "true");
    this.#input.setAttribute("aria-describedby", "filter-mistake");
    if (document.activeElement !== this.#input) return;
    this.#input.setSelectionRange(part(0, position).length, part(0, end).length);
  }

  #forgive() {
    if (this.#mistake.hidden) return;
    this.#mistake.hidden = true;
    this.#input.removeAttribute("aria-invalid");
    this.#input.removeAttribute("aria-describedby");
  }

  // How it can go on

  /** @param {FilterCompletion[]} completions */
  #offer(completions) {
    this.#completions = completions;
    this.#isLooking = false;
    fill(
      this.#list,
      ...completions.map(({ text, summary }, index) =>
        h(
          "li",
          {
            id: `filter-completion-${index}`,
            role: "option",
            "aria-selected": "false",
            onclick: () => this.#accept(index),
          },
          h("code", {}, text),
          summary && h("span", { class: "quiet" }, summary),
        )
      ),
    );
    this.#show(completions.length > 0);
    this.#activate(-1);
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#list.hidden = !isOpen;
    this.#input.setAttribute("aria-expanded", String(isOpen));
  }

  #close() {
    clearTimeout(this.#looking);
    this.#isLooking = false;
    this.#asked++;
    this.#show(false);
    this.#activate(-1);
  }

  /** @param {number} index of the option that Enter takes; -1 for none */
  #activate(index) {
    this.#active = index;
    for (const [number, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(number === index));
      if (number === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `filter-completion-${index}`);
  }

  /** @param {number} index */
  #accept(index) {
    const { text, position, length, isWhole } = this.#completions[index];
    const characters = [...this.#input.value];
    const before = characters.slice(0, position).join("") + text;
    const rest = characters.slice(position + length).join("");
    const space = isWhole && !/^[\s)]/.test(rest) ? " " : "";
    this.#input.value = before + space + rest;
    const cursor = before.length + (isWhole && !rest.startsWith(")") ? 1 : 0);
    this.#input.setSelectionRange(cursor, cursor);
    this.#close();
    this.#typing();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.#list.hidden;
    const count = this.#completions.length;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!isOpen) return this.attempt(() => this.#look());
        // From the last on to none, which is what is written, and round.
        return this.#activate(
          (this.#active + 1 + (event.key === "ArrowDown" ? 1 : count)) % (count + 1) - 1,
        );
      case "Enter":
        if (isOpen && this.#active >= 0) {
          event.preventDefault();
          return this.#accept(this.#active);
        }
        return this.#settle(true);
      case "Tab":
        if (!isOpen || event.shiftKey || event.altKey) return;
        // Only what somebody has begun to write is in the way of the way out.
        if (this.#active < 0 && this.#completions[0]?.length === 0) return;
        event.preventDefault();
        return this.#accept(Math.max(0, this.#active));
      case "Escape":
        // Elsewhere it leaves the box, and a browser empties it.
        if (!isOpen && !this.#isLooking && this.#mistake.hidden) return;
        event.preventDefault();
        event.stopPropagation();
        this.#forgive();
        return this.#close();
    }
  }
}
