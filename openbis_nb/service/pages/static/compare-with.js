// "Compare": with another version of the same notebook, or with another notebook.
import { get } from "./api.js";
import { ask } from "./ask.js";
import { freshId, h } from "./dom.js";
import { compareOf } from "./library-links.js";
import { Picker } from "./picker.js";
import { date } from "./words.js";

/** `version`: `{id, notebookId, name}`, what is compared; what a person chooses here is the base. */
export async function compareWith(version, versions = null) {
  const own = ownVersions(version, versions);
  const other = otherNotebook(version);
  other.onChoose = () => own.clear();
  await ask({
    title: "Compare",
    about: version.name,
    parts: [],
    fields: [own, other],
    confirm: "Compare",
    act: () => {
      const base = other.value ?? own.value;
      if (!base) {
        other.say("Choose a version or a notebook.");
        return false;
      }
      location.assign(compareOf(base, [version.id]));
      return false; // the page is left
    },
  });
}

function ownVersions(version, versions) {
  const id = freshId("versions");
  const select = h("select", { id, disabled: true }, h("option", { value: "", text: "Loading …" }));
  const fill = (rows) => {
    const others = rows.filter((row) => row.id !== version.id).sort((one, two) => two.number - one.number);
    const none = h("option", { value: "", text: others.length ? "–" : "There is no other version." });
    select.replaceChildren(none, ...others.map((row) => h("option", { value: row.id, text: `Version ${row.number}, ${date(row.creationTime)}, ${row.owner}${row.name === version.name ? "" : `: ${row.name}`}` })));
    const at = rows.find((row) => row.id === version.id)?.number ?? Infinity;
    select.value = others.find((row) => row.number < at)?.id ?? others[0]?.id ?? "";
    select.disabled = !others.length;
  };
  if (versions) fill(versions);
  else {
    get("versions", { notebookId: version.notebookId, limit: 200 })
      .then((list) => fill(list.entries))
      .catch((problem) => select.replaceChildren(h("option", { value: "", text: problem.message })));
  }
  return {
    element: h("div", { class: "field" }, h("label", { for: id, text: "With another version of this notebook" }), select),
    check: () => null,
    clear: () => (select.value = ""),
    get value() {
      return select.value;
    },
  };
}

/** A field that finds another notebook than `version` belongs to; its `value` is that one's newest version. */
export function otherNotebook(version) {
  const id = freshId("other");
  const list = h("ul", { class: "found pop", id: `${id}-list`, role: "listbox", "aria-label": "Notebooks", hidden: true });
  const status = h("p", { class: "status", role: "status" });
  const error = h("p", { class: "error", hidden: true });
  const input = h("input", { id, type: "text", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list", placeholder: "Search notebooks", autocomplete: "off", spellcheck: "false", maxlength: "200" });
  const field = {
    element: h("div", { class: "field" }, h("label", { for: id, text: "Or with another notebook" }), h("div", { class: "chooser" }, input, list), status, error),
    value: null,
    onChoose: () => {},
    check: () => null,
    say: (text) => {
      error.textContent = text;
      error.hidden = !text;
    },
  };
  const picker = new Picker({
    input,
    list,
    status,
    load: async (words, signal) => {
      const { entries } = await get("notebooks", { text: words, limit: 20 }, signal);
      const items = entries.filter((row) => row.id !== version.notebookId).map((row) => ({ row, kind: "notebook-kind", text: row.name || row.id, detail: `${row.owner}, ${date(row.lastCheckpointTime)}` }));
      return [{ label: "Notebooks", items, more: "" }];
    },
    choose: ({ row }) => {
      field.value = row.lastCheckpointId;
      input.value = row.name || row.id;
      picker.close();
      field.say("");
      field.onChoose();
    },
  });
  input.addEventListener("input", () => (field.value = null));
  input.addEventListener("blur", () => {
    picker.close();
    if (!field.value) input.value = "";
  });
  return field;
}
