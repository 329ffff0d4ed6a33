// A field for a place in openBIS, by default the experiment or object that a notebook is stored in.
import { get } from "./api.js";
import { freshId, h } from "./dom.js";
import { Picker, groupsOf } from "./picker.js";
import { plural, sentence } from "./words.js";

const shown = (place) => (place.name ? `${place.identifier} (${place.name})` : place.identifier);

/** `value`: `{kind, permId, identifier, name}` or null; `onChange(value)` is told of another choice. With `optional` an
 * empty field stands for null. `kinds`: what can be chosen. */
export function placeField({ name = "storedIn", label = "Stored in", value = null, help = "", onChange = () => {}, optional = false, kinds = ["experiment", "object"] }) {
  const all = new Intl.ListFormat("en").format(kinds.map(plural));
  const one = new Intl.ListFormat("en", { type: "disjunction" }).format(kinds);
  const id = freshId(name);
  const list = h("ul", { class: "found pop", id: `${id}-list`, role: "listbox", "aria-label": sentence(all), hidden: true });
  const status = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    "aria-required": optional ? null : "true",
    "aria-describedby": `${id}-help ${id}-error`,
    placeholder: optional ? "Chosen at the first save" : `Search ${all}`,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: "200",
  });
  let chosen = value;
  input.value = chosen ? shown(chosen) : "";
  const say = (problem) => {
    error.textContent = problem;
    error.hidden = !problem;
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const picker = new Picker({
    input,
    list,
    status,
    load: async (words, signal) => {
      const { sections } = await get("search", { q: words, kind: kinds }, signal);
      return groupsOf(sections, (kind) => sentence(plural(kind)));
    },
    choose: ({ node }) => {
      chosen = { kind: node.kind, permId: node.perm_id, identifier: node.identifier, name: node.name };
      input.value = shown(chosen);
      picker.close();
      say("");
      onChange(chosen);
    },
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => {
    picker.close();
    if (optional && chosen && !input.value.trim()) onChange((chosen = null));
    input.value = chosen ? shown(chosen) : ""; // what was typed and not chosen is no place
  });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, optional ? null : h("span", { class: "must", text: " (*)" })),
    h("div", { class: "chooser" }, input, list),
    h("p", { class: "help", id: `${id}-help`, text: help }),
    status,
    error,
  );
  return {
    name,
    element,
    say,
    get value() {
      return chosen;
    },
    check() {
      const missing = !chosen && !optional;
      say(missing ? `Choose ${kinds[0] === "experiment" ? "an" : "a"} ${one}.` : "");
      return missing ? input : null;
    },
  };
}
