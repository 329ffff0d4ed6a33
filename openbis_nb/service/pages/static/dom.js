// Building pages: everything that comes from openBIS goes in as text.

/** An element. `props`: class, text, on (event → listener), hidden …; all else becomes an attribute. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** What a page's <meta> says; empty where it is absent. */
export const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** An address, if a link may lead there; else null. */
export const safeAddress = (href) => (/^(https?:\/\/|\/(?!\/))/.test(href) ? href : null);

/** A link, only to where a link may lead. */
export const link = (href, text, props = {}) => h("a", { href: safeAddress(href), ...props }, ...[text].flat());

let last = 0;
/** An id that no other element has. */
export const freshId = (stem) => `${stem}-${(last += 1)}`;
