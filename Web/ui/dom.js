// @ts-check
/** Elements from text nodes only: what a page or a push recorded can't become markup. */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 */

/**
 * `on…` are listeners; true sets an empty attribute, false and null none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/**
 * Text that stands there already is left alone, and with it the layout around it.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  const wanted = nodes(children);
  const isText = parent.childElementCount === 0 && wanted.every((node) => typeof node === "string");
  if (!isText || parent.textContent !== wanted.join("")) parent.replaceChildren(...wanted);
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children.filter((child) => child != null && child !== false)
    .map((child) => child instanceof Node ? child : String(child));
}
