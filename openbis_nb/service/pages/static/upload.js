// Taking a notebook file into the library, as a new notebook or as a further version.
import { Wish } from "./api.js";
import { ask, textField } from "./ask.js";
import { freshId, h } from "./dom.js";
import { placeField } from "./place-field.js";
import { toast } from "./toast.js";

/** A new notebook; true when it is there. `place`: card of where it may be stored, or null. */
export async function upload(place) {
  const file = fileField((chosen) => {
    if (!name.value) name.set(chosen.name.replace(/\.ipynb$/i, ""));
  });
  const name = textField({ name: "name", label: "Name" });
  const notes = notesField();
  const known = place && { kind: place.kind, permId: place.perm_id, identifier: place.identifier, name: place.name };
  const where = placeField({ value: known, help: "The experiment or object whose data set it becomes." });
  const inputs = inputsField();
  const wish = new Wish();
  const made = await ask({
    title: "Upload a notebook",
    about: "It becomes the first version of a new notebook, of which you are the author.",
    fields: [file, name, where, notes, inputs],
    confirm: "Upload",
    act: () => wish.send("POST", `notebooks?${new URLSearchParams({ name: name.value, description: notes.value, storedIn: where.value.permId, ...inputs.value })}`, { file: file.value }),
  });
  if (made) toast(`“${name.value}” is in the library.`, { href: made.notebook.page, text: "Show it" });
  return Boolean(made);
}

/** A further version; what the service made of it, or null. */
export async function uploadVersion(row) {
  const file = fileField(() => {});
  const name = textField({ name: "name", label: "Name", value: row.name });
  const notes = notesField();
  const inputs = inputsField();
  const wish = new Wish();
  return ask({
    title: "Upload a version",
    about: row.name,
    parts: ["The file becomes the newest version of this notebook. All others stay."],
    fields: [file, name, notes, inputs],
    confirm: "Upload",
    act: () => wish.send("POST", `notebooks/${encodeURIComponent(row.id)}/versions?${new URLSearchParams({ name: name.value, description: notes.value, ...inputs.value })}`, { file: file.value }),
  });
}

/** Anybody can write data sets into a file: they become inputs only where a person says so. */
function inputsField() {
  const box = h("input", { type: "checkbox" });
  return {
    element: h("div", { class: "field choices" }, h("label", { class: "check" }, box, "The data sets that the file names are its inputs")),
    check: () => null,
    get value() {
      return box.checked ? { confirmInputs: "true" } : {};
    },
  };
}

export const notesField = (value = "") => textField({ name: "description", label: "Notes", value, most: 1024, lines: 4, optional: true });

function fileField(onChoose) {
  const id = freshId("file");
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const input = h("input", { id, type: "file", accept: ".ipynb,application/x-ipynb+json", "aria-required": "true", "aria-describedby": `${id}-error` });
  const say = (text) => {
    error.textContent = text;
    error.hidden = !text;
  };
  input.addEventListener("change", () => {
    say("");
    if (input.files[0]) onChoose(input.files[0]);
  });
  return {
    name: "content",
    element: h("div", { class: "field" }, h("label", { for: id }, "Notebook file (.ipynb)", h("span", { class: "must", text: " (*)" })), input, error),
    say,
    get value() {
      return input.files[0];
    },
    check() {
      say(input.files[0] ? "" : "Choose a file.");
      return input.files[0] ? null : input;
    },
  };
}
