// "Add a tile": a published page, whole or one of its outputs, chosen by its picture; and the settings of a tile.
import { get } from "./api.js";
import { ask, textField } from "./ask.js";
import { contentOf, frameOf, titleOf } from "./dashboard-tile.js";
import { freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { Picker } from "./picker.js";
import { date, sentence } from "./words.js";

/** Ask what is to be added. Gives a tile without id and place, or null. */
export async function addTile() {
  const outputs = outputChoice();
  const page = pageField((entry) => outputs.show(entry));
  const title = textField({ name: "title", label: "Title", help: "Empty: the title of the page.", most: 200, optional: true, counted: false });
  const code = codeBox(true);
  outputs.onCode = (has) => (code.element.hidden = !has);
  code.element.hidden = true;
  return ask({
    title: "Add a tile",
    about: "A page that somebody published, or one of its outputs.",
    fields: [page, outputs, title, code],
    confirm: "Add it",
    kind: "broad",
    act: () => ({ visible: true, page: page.value, output: outputs.value, title: title.value, code: code.value }),
  });
}

/** Ask for another title, and whether the code is shown (D-10). Gives both, or null. */
export async function tileSettings(tile) {
  const title = textField({ name: "title", label: "Title", value: tile.title, help: `Empty: “${tile.page.title}”.`, most: 200, optional: true, counted: false });
  const code = codeBox(tile.code);
  code.element.hidden = !tile.page.has_code || Boolean(tile.output);
  return ask({ title: "Settings of the tile", about: titleOf(tile), fields: [title, code], confirm: "Take over", act: () => ({ title: title.value, code: code.value }) });
}

function codeBox(checked) {
  const box = h("input", { type: "checkbox", checked });
  return {
    element: h("div", { class: "field" }, h("label", { class: "check" }, box, "Show the code"), h("p", { class: "help", text: "Without, it is not in what the tile shows at all." })),
    check: () => null,
    get value() {
      return box.checked;
    },
  };
}

/** A published page as a tile knows it. */
const pageOf = (entry) => ({
  id: entry.id,
  title: entry.title,
  link: entry.link,
  notebook: entry.notebook.name,
  version: entry.version.perm_id,
  saved_at: entry.version.saved_at,
  saved_by: entry.version.saved_by,
  follow: entry.follow,
  has_code: entry.code === "shown",
  newer: Boolean(entry.newest_known),
});

function pageField(onChoose) {
  const id = freshId("page");
  const list = h("ul", { class: "found pop", id: `${id}-list`, role: "listbox", "aria-label": "Published pages", hidden: true });
  const status = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const input = h("input", { id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list", "aria-required": "true", "aria-describedby": `${id}-error`, placeholder: "Search published pages", autocomplete: "off", spellcheck: "false", maxlength: "200" });
  let chosen = null;
  const picker = new Picker({
    input,
    list,
    status,
    empty: true,
    load: async (words, signal) => {
      const { entries } = await get("pages", { q: chosen && words === chosen.title ? "" : words, limit: 30 }, signal);
      const items = entries.filter((entry) => entry.state === "live").map((entry) => ({ entry, kind: "notebook-kind", text: entry.title, detail: `${entry.notebook.name} · ${entry.version.saved_by}, ${date(entry.version.saved_at)}` }));
      return [{ label: "Published pages", items, more: "" }];
    },
    choose: ({ entry }) => {
      chosen = pageOf(entry);
      input.value = chosen.title;
      error.hidden = true;
      input.removeAttribute("aria-invalid");
      picker.close();
      onChoose(chosen);
    },
  });
  input.addEventListener("click", () => picker.ask());
  input.addEventListener("blur", () => {
    picker.close();
    input.value = chosen?.title ?? "";
  });
  return {
    element: h("div", { class: "field" }, h("label", { for: id }, "Published page", h("span", { class: "must", text: " (*)" })), h("div", { class: "chooser" }, input, list), status, error),
    get value() {
      return chosen;
    },
    check() {
      error.hidden = Boolean(chosen);
      error.textContent = "Choose a published page.";
      if (!chosen) input.setAttribute("aria-invalid", "true");
      return chosen ? null : input;
    },
  };
}

/** Radio buttons with pictures: the whole page, or one output. */
function outputChoice() {
  const group = freshId("output");
  const cards = h("div", { class: "outputs" });
  const element = h("fieldset", { class: "field", hidden: true }, h("legend", { text: "What it shows" }), cards);
  let asking = new AbortController();
  const choice = {
    element,
    value: null,
    onCode: () => {},
    check: () => null,
    async show(page) {
      asking.abort();
      asking = new AbortController();
      const { signal } = asking;
      element.hidden = false;
      choose(null, page);
      cards.replaceChildren(card(page, null, "The whole page", true), h("p", { class: "muted", role: "status", text: "Looking for its outputs …" }));
      try {
        const found = await get(`pages/${encodeURIComponent(page.id)}/outputs`, {}, signal);
        cards.lastChild.remove();
        cards.append(...found.map((one) => card(page, { cell_id: one.cell_id, index: one.index }, sentence(one.label || one.kind), false)));
      } catch (problem) {
        if (!signal.aborted) cards.lastChild.replaceWith(failure(problem, () => choice.show(page)));
      }
    },
  };
  const choose = (output, page) => {
    choice.value = output;
    choice.onCode(page.has_code && !output);
  };
  const card = (page, output, label, checked) => {
    const box = h("input", { type: "radio", name: group, checked });
    box.addEventListener("change", () => choose(output, page));
    const frame = contentOf(frameOf({ page, output, code: true }), `Picture: ${label}`);
    frame.setAttribute("tabindex", "-1");
    return h("label", { class: `output-card${output ? "" : " whole"}` }, h("span", { class: "output-label" }, box, h("span", { text: label })), h("span", { class: "thumbnail", inert: true }, frame));
  };
  return choice;
}
