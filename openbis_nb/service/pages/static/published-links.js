// Addresses of published pages, and a link that is copied.
import { prefix } from "./api.js";
import { freshId, h } from "./dom.js";
import { toast } from "./toast.js";

const one = encodeURIComponent;

export const published = `${prefix}published`;
export const pagePrint = (page) => `${published}/print/${one(page.id)}`;
export const pageFile = (page) => `${published}/file/${one(page.id)}`;

/** A read-only field with its copy button. */
export function copyField(label, address) {
  const id = freshId("link");
  const input = h("input", { id, type: "text", readonly: true, value: address });
  const button = h("button", { type: "button", text: "Copy" });
  const said = h("p", { class: "help", role: "status" });
  input.addEventListener("focus", () => input.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = "Copied.";
    } catch {
      input.focus();
      said.textContent = "Press Ctrl+C to copy it.";
    }
  });
  return h("div", { class: "field copy" }, h("label", { for: id, text: label }), h("div", { class: "copied" }, input, button), said);
}

/** Copy the link to a page, and say so; where the browser does not let us, it stands in the toast. */
export async function copyLink(page) {
  const address = new URL(page.link, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    toast("The link is copied. Who opens it must be able to see the notebook in openBIS.");
  } catch {
    toast(address);
  }
}
