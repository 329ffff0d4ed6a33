// What a notebook holds, rendered, in a frame without origin and scripts: nothing in it can reach this page.
import { h } from "./dom.js";

/** `src`: a page of the service made for frames; `title`: what a screen reader calls it. */
export function frame(src, title) {
  const status = h("p", { class: "muted frame-status", role: "status", text: "Rendering …" });
  const view = h("iframe", { class: "frame", sandbox: "", src, title, tabindex: "0", referrerpolicy: "no-referrer" });
  view.addEventListener("load", () => (status.textContent = ""));
  return h("div", { class: "framed" }, status, view);
}
