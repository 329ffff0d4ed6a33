// A button with a menu (WAI-ARIA menu button).
import { freshId, h } from "./dom.js";

const EDGE = 8; // pixels

/**
 * `items`: `{text, act}`; with `reason`, why it cannot be done now, it is greyed and says so; `danger` marks
 * what takes something away. `name`: what a screen reader says of a button whose text is not enough.
 */
export function menuButton(text, items, { name = null, small = false, primary = !small } = {}) {
  const menu = h("ul", { role: "menu", hidden: true }, ...items.map((item) => h("li", { role: "none" }, entry(item))));
  const button = h("button", {
    type: "button",
    class: `${small ? "small" : ""}${primary ? " primary" : ""}`.trim() || null,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-label": name,
    text,
  });
  const entries = [...menu.querySelectorAll("[role=menuitem]")];
  const whole = h("div", { class: "menu" }, button, menu);

  const close = (focus) => {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (focus) button.focus();
  };
  const open = (entry) => {
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    keepInside(menu, button);
    entry.focus();
  };
  button.addEventListener("click", () => (menu.hidden ? open(entries[0]) : close(true)));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? entries[0] : entries.at(-1));
  });
  entries.forEach((entry, index) =>
    entry.addEventListener("click", () => {
      if (items[index].reason) return;
      close(true);
      items[index].act();
    }),
  );
  menu.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(false);
    else if (event.key in steps) entries.at(steps[event.key] % entries.length).focus();
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  });
  whole.addEventListener("focusout", (event) => {
    if (!whole.contains(event.relatedTarget)) close(false);
  });
  return whole;
}

/** Move a menu that would stand out of the window: to the side, and above its button if there is room. */
function keepInside(menu, button) {
  menu.style.translate = "none";
  const { left, right, bottom, height } = menu.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const aside = left < EDGE ? EDGE - left : Math.min(0, clientWidth - EDGE - right);
  const { top } = button.getBoundingClientRect();
  const up = bottom > clientHeight && top > height + EDGE ? top - EDGE / 2 - bottom : 0;
  if (aside || up) menu.style.translate = `${aside}px ${up}px`;
}

function entry({ text, reason = "", danger = false }) {
  const shared = { type: "button", role: "menuitem", tabindex: "-1" };
  if (!reason) return h("button", { ...shared, class: danger ? "danger" : null, text });
  const why = freshId("reason");
  return h(
    "button",
    { ...shared, "aria-disabled": "true", "aria-label": text, "aria-describedby": why },
    h("span", { text }),
    h("span", { class: "reason", id: why, text: reason }),
  );
}
