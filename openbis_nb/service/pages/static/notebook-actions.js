// What changes a notebook: each says first what will happen.
import { Wish } from "./api.js";
import { ask, textField } from "./ask.js";
import { change, orShowNow } from "./change.js";
import { h } from "./dom.js";
import { library } from "./library-links.js";
import { placeField } from "./place-field.js";
import { toastAfterwards } from "./toast.js";
import { notesField } from "./upload.js";
import { count, size } from "./words.js";

const of = (detail) => `notebooks/${encodeURIComponent(detail.notebook.id)}`;
const versions = (number) => (number === 1 ? "1 version" : `${count(number)} versions`);
const counting = (detail) => detail.versions.filter((version) => version.counts).length;
const list = (...lines) => h("ul", { class: "changes" }, ...lines.filter(Boolean).map((text) => h("li", { text })));

export function rename(page) {
  const { detail } = page;
  const wish = new Wish();
  const { name: named, description } = detail.notebook;
  const notes = notesField(description);
  const same = (text) => (text === named && notes.value === description.trim() ? "Nothing is changed." : "");
  const name = textField({ name: "name", label: "Name", value: named, most: 512, check: same });
  return change(page, () => `The notebook is called “${name.value}” now.`, {
    title: "Rename, or change the notes",
    parts: [list("A new version with the same content is saved under this name, so that everybody sees it at once.", "Earlier versions stay as they are, with their names.")],
    fields: [name, notes],
    confirm: "Save as a new version",
    act: () => wish.send("PATCH", of(detail), { json: { name: name.value, description: notes.value }, etag: page.detail.etag }),
  });
}

export function nameCoAuthors(page) {
  const { detail } = page;
  const wish = new Wish();
  const field = textField({ name: "coAuthors", label: "User ids", help: "As openBIS writes them, with commas between them.", most: 1024, counted: false });
  return change(page, () => "The co-authors are named.", {
    title: "Name co-authors",
    about: detail.notebook.name,
    parts: [list("Co-authors add versions to this notebook as its author does.", "A new version with the same content is saved that names them.", "Who was named once stays named.", detail.coAuthors.length ? `Co-authors now: ${detail.coAuthors.join(", ")}.` : "")],
    fields: [field],
    confirm: "Save as a new version",
    act: () => wish.send("PATCH", of(detail), { json: { coAuthors: [...new Set([...detail.coAuthors, ...field.value.split(/[\s,;]+/).filter(Boolean)])] }, etag: page.detail.etag }),
  });
}

export function fork(page) {
  const { detail, version } = page;
  const wish = new Wish();
  const name = textField({ name: "name", label: "Name", value: version.name || detail.notebook.name, most: 512 });
  const here = detail.permissions.fork;
  const place = here.allowed
    ? placeField({ value: detail.notebook.storedIn, help: "The experiment or object that your notebook is saved to." })
    : placeField({ help: `${here.reason} Choose an experiment or object where you may.` });
  return change(page, () => `Your notebook “${name.value}” is in the library.`, {
    title: "Fork",
    about: `Version ${version.number} of ${detail.notebook.name}`,
    parts: [list("A new notebook of yours begins with this version's content.", "It says where it comes from. This notebook stays as it is.")],
    fields: [name, place],
    confirm: "Fork",
    act: () => wish.send("POST", `${of(detail)}/fork`, { json: { version: version.id, name: name.value, storedIn: place.value.permId } }),
  });
}

export function takeOver(page) {
  const { detail } = page;
  const wish = new Wish();
  return change(page, () => "You carry the notebook on now.", {
    title: "Take over",
    about: detail.notebook.name,
    parts: [list("You may then add versions to this notebook, as its author does.", "A new version with the same content is saved in your name; it says that you took the notebook over as an admin of the space.", `${detail.notebook.owner} stays its author, and nothing is taken away.`)],
    confirm: "Take over",
    act: () => wish.send("POST", `${of(detail)}/take-over`),
  });
}

export function move(page) {
  const { detail } = page;
  const wish = new Wish();
  const place = placeField({ value: null, label: "Move to", help: `Now stored in ${detail.notebook.storedIn?.identifier ?? "an unknown place"}.` });
  return change(page, () => `The notebook is stored in ${place.value.identifier} now.`, {
    title: "Move",
    about: detail.notebook.name,
    parts: [list(`All that count move, in one step: ${versions(counting(detail))}.`, "Who may see it is then decided by the new place. Links to it stay good.")],
    fields: [place],
    confirm: "Move",
    act: () => wish.send("POST", `${of(detail)}/move`, { json: { storedIn: place.value.permId } }),
  });
}

export async function trash(page) {
  const { detail } = page;
  const wish = new Wish();
  const { notebook } = detail;
  const done = await ask({
    title: "Move to the trash",
    about: notebook.name,
    parts: [
      list(
        `This notebook with ${versions(counting(detail))} (${size(notebook.totalStorageSize)}) goes to the trash of openBIS, as one deletion that holds nothing else.`,
        "Its inputs, and what others forked from it, stay.",
        "Nothing is lost yet: the trash of the library brings it back.",
      ),
    ],
    confirm: "Move to the trash",
    danger: true,
    act: () => orShowNow(page, () => wish.send("DELETE", of(detail), { etag: page.detail.etag })),
  });
  if (!done) return;
  toastAfterwards(`“${notebook.name}” is in the trash.`, { href: `${library}/trash`, text: "Trash" });
  location.assign(notebook.storedIn?.page ?? library);
}
