// @ts-check
/**
 * Where a long list is scrolled to. Browsers limit how high an element can be (some at 17 million
 * pixels): a higher list is shrunk, its scrollbar goes through all of it, and a small step of the
 * wheel still is that many pixels of the list.
 */

const highest = 8_000_000;
/** In milliseconds without a step, after which the scrollbar is put right. */
const pause = 150;

export class TallScroll {
  /** In pixels of the list, as are `top` and `view`. */
  #height = 0;
  #top = 0;
  #view = 0;
  /** Where the element is scrolled to. */
  #real = 0;
  /** @type {number | undefined} */
  #timer;

  /** @param {HTMLElement} scroller */
  constructor(scroller) {
    this.scroller = scroller;
  }

  /** The first pixel of the list that is shown. */
  get top() {
    return this.#top;
  }

  /**
   * How high the element is that stands for a list.
   *
   * @param {number} height
   */
  static realHeight(height) {
    return Math.min(height, highest);
  }

  /** Where in that element the first shown pixel of the list lies. */
  get real() {
    return this.#real;
  }

  /** How far down `top` can be. */
  get most() {
    return Math.max(0, this.#height - this.#view);
  }

  get #mostReal() {
    return Math.max(0, TallScroll.realHeight(this.#height) - this.#view);
  }

  get #isShrunk() {
    return this.#height > highest;
  }

  /**
   * @param {number} height
   * @param {number} view the height that is seen of it
   */
  resize(height, view) {
    this.#height = height;
    this.#view = view;
    if (this.#top > this.most) this.to(this.most);
    else if (this.#isShrunk) this.#comeToRest();
  }

  /**
   * The element was scrolled, by us or by a person.
   *
   * @returns {boolean} whether by a person
   */
  scrolled() {
    const real = Math.max(0, this.scroller.scrollTop);
    const step = real - this.#real;
    if (step === 0) return false;
    this.#real = real;
    if (!this.#isShrunk) {
      this.#top = real;
      return true;
    }
    const isJump = Math.abs(step) > 3 * this.#view;
    if (isJump || real <= 0 || real >= this.#mostReal - 1) {
      this.#top = this.most * Math.min(1, real / this.#mostReal);
    } else {
      this.#top = Math.max(0, Math.min(this.most, this.#top + step));
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#comeToRest(), pause);
    return true;
  }

  /** @param {number} top */
  to(top) {
    this.#top = Math.max(0, Math.min(this.most, top));
    this.#settle();
  }

  /** A step that the browser has not told of yet must not be undone. */
  #comeToRest() {
    this.scrolled();
    this.#settle();
  }

  /** Puts the scrollbar where `top` is. */
  #settle() {
    const real = this.#isShrunk && this.most > 0
      ? Math.round(this.#top / this.most * this.#mostReal)
      : this.#top;
    if (Math.abs(real - this.scroller.scrollTop) >= 1) this.scroller.scrollTop = real;
    // What the browser made of it, so that its event is no step.
    this.#real = this.scroller.scrollTop;
  }
}
