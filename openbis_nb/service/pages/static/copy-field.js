// A text to be copied, e.g. a link: shown in a field that cannot be changed, with a button.
import { freshId, h } from "./dom.js";

/** `lines`: height of the field. The copying is said beside the button, also where the browser refuses it. */
export function copyField({ label, value, lines = 1, help = "" }) {
  const id = freshId("copy");
  const field = h(lines > 1 ? "textarea" : "input", { id, type: lines > 1 ? null : "text", rows: lines > 1 ? lines : null, readonly: true, spellcheck: "false", "aria-describedby": help ? `${id}-help` : null });
  field.value = value;
  const said = h("span", { class: "muted small-text", role: "status" });
  const copy = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(value);
      said.textContent = "Copied.";
    } catch {
      field.focus();
      said.textContent = "Copy it with Ctrl+C.";
    }
  };
  return h(
    "div",
    { class: "field copy-field" },
    h("label", { for: id, text: label }),
    h("div", { class: "copy-row" }, field, h("button", { type: "button", class: "small", "aria-label": `Copy: ${label}`, on: { click: copy }, text: "Copy" })),
    h("div", { class: "below" }, help ? h("p", { class: "help", id: `${id}-help`, text: help }) : null, said),
  );
}
