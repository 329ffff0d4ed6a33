// Addresses of the library that no answer of the API holds, and how a link is handed on.
import { prefix } from "./api.js";
import { ask } from "./ask.js";
import { h } from "./dom.js";
import { toast } from "./toast.js";

const one = encodeURIComponent;

export const library = `${prefix}library`;
export const notebooksOf = (kind, permId) => `${library}?${new URLSearchParams([[kind, permId]])}`;
export const usersOf = (dataSet) => `${library}/data-set/${one(dataSet)}`;
export const fileOf = (permId) => `${prefix}library/file/${one(permId)}`;
export const frameOf = (permId, hidden = false) => `${prefix}library/frame/version/${one(permId)}${hidden ? "?code=hidden" : ""}`;
export const compareOf = (base, others) => `${prefix}library/compare?${new URLSearchParams([["base", base], ...others.map((other) => ["with", other])])}`;

/** Copy a permanent link, and say so; where the browser does not let us, show it to be copied by hand. */
export async function share(page, what) {
  const href = new URL(page, location.href).href;
  try {
    await navigator.clipboard.writeText(href);
    toast(`The link to ${what} is copied. Who opens it sees what openBIS shows them.`);
  } catch {
    const field = h("input", { type: "text", readonly: true, "aria-label": "Link", value: href });
    await ask({ title: `Link to ${what}`, about: "Who opens it sees what openBIS shows them.", parts: [field] });
  }
}
