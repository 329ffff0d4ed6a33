// What was done, said for a while at the edge of the page; also of what the page before has done.
import { byId, h, link } from "./dom.js";

const SHOWN = 12_000; // milliseconds; it stays while the pointer or the focus is on it
const KEY = "openbis-nb:toast";

/** `to`: `{href, text}`, a link in it. The page has a live region with the id "toasts". */
export function toast(text, to = null) {
  const close = h("button", { type: "button", class: "plain", "aria-label": "Close this message", text: "×" });
  const shown = h("div", { class: "toast" }, h("p", { text }), to ? link(to.href, to.text) : null, close);
  let timer = 0;
  const wait = () => (timer = setTimeout(() => shown.remove(), SHOWN));
  const stay = () => clearTimeout(timer);
  for (const [event, listener] of [["pointerenter", stay], ["pointerleave", wait], ["focusin", stay], ["focusout", wait]]) shown.addEventListener(event, listener);
  close.addEventListener("click", () => {
    stay();
    shown.remove();
  });
  byId("toasts").append(shown);
  wait();
}

/** Said by the page that is shown next. */
export function toastAfterwards(text, to = null) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ text, to }));
  } catch {
    // private windows may refuse; the next page shows what is so now anyway
  }
}

/** Say what the page before has left. */
export function toastFromBefore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    if (kept) toast(kept.text, kept.to);
  } catch {
    // nothing is said then
  }
}
