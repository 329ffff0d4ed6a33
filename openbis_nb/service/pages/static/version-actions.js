// What changes one version of a notebook: each says first what will happen.
import { Wish } from "./api.js";
import { textField } from "./ask.js";
import { change } from "./change.js";
import { h } from "./dom.js";
import { notesField } from "./upload.js";
import { date, size } from "./words.js";

const of = (version) => `versions/${encodeURIComponent(version.id)}`;
const list = (...lines) => h("ul", { class: "changes" }, ...lines.map((text) => h("li", { text })));

/** The version as the page has it now. */
const tag = (page, version) => page.detail.versions.find((row) => row.id === version.id)?.etag ?? version.etag;

export function restore(page, version) {
  const wish = new Wish();
  const last = page.detail.versions.length;
  return change(page, () => `Version ${version.number} is the newest again, as version ${last + 1}.`, {
    title: `Restore version ${version.number}`,
    about: `${version.name}, ${date(version.creationTime)}`,
    parts: [list(`Its content is saved once more, as version ${last + 1}, and is what everybody sees then.`, "All versions stay, also the one that is newest now.")],
    confirm: "Restore",
    act: () => wish.send("POST", `${of(version)}/restore`),
  });
}

export function editVersion(page, version) {
  const wish = new Wish();
  const name = textField({ name: "name", label: "Name", value: version.name, most: 512 });
  const notes = notesField(version.description);
  return change(page, () => `Version ${version.number} is changed.`, {
    title: `Name and notes of version ${version.number}`,
    about: date(version.creationTime),
    parts: [version.current ? "The name of the newest version is the name of the notebook." : "The notebook keeps the name of its newest version."],
    fields: [name, notes],
    confirm: "Save",
    act: () => wish.send("PATCH", of(version), { json: { name: name.value, description: notes.value }, etag: tag(page, version) }),
  });
}

export function trashVersion(page, version) {
  const wish = new Wish();
  return change(page, () => `Version ${version.number} is in the trash.`, {
    title: `Move version ${version.number} to the trash`,
    about: `${version.name}, ${date(version.creationTime)}`,
    parts: [
      list(
        `This one version (${size(version.size)}) goes to the trash of openBIS; all others stay.`,
        "Nothing is lost yet: the trash of the library brings it back.",
      ),
    ],
    confirm: "Move to the trash",
    danger: true,
    act: () => wish.send("DELETE", of(version), { etag: tag(page, version) }),
  });
}
