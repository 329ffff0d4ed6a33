// Notebooks in the trash: brought back with just their own versions, or deleted for ever.
import { Wish, get } from "./api.js";
import { ask, textField } from "./ask.js";
import { badge, stamp } from "./chips.js";
import { byId, freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { Table } from "./table.js";
import { toast } from "./toast.js";
import { count } from "./words.js";

const region = byId("trash");
const versions = (number) => (number === 1 ? "1 version" : `${count(number)} versions`);
/** A notebook by its id, single versions by one of theirs. */
const pathOf = (row) => `notebooks/${encodeURIComponent(row.whole ? row.id : row.versions[0])}`;
const what = (row) => (row.whole ? "a notebook" : row.versions.length === 1 ? "a version" : "versions");
const called = (row) => row.name || row.id;

async function load() {
  try {
    const rows = await get("trash");
    region.replaceChildren(rows.length ? tableOf(rows) : h("div", { class: "empty" }, h("p", { text: "No notebook is in the trash." })));
  } catch (problem) {
    region.replaceChildren(failure(problem, load));
  } finally {
    region.removeAttribute("aria-busy");
  }
}

function tableOf(rows) {
  const table = new Table({
    caption: "Notebooks in the trash",
    columns: [
      { key: "name", title: "Name", className: "name", cell: (row) => h("span", { class: "stack" }, called(row), row.whole ? null : badge(row.versions.length === 1 ? "one version only" : "some versions only"), h("span", { class: "muted small-text", text: row.whole ? row.fid : row.versions.join(", ") })) },
      { key: "versions", title: "Versions", className: "number", cell: (row) => count(row.versions.length) },
      { key: "storedIn", title: "Stored in", cell: (row) => row.storedIn },
      { key: "time", title: "Trashed", className: "when", cell: (row) => stamp(row.time) },
      { key: "by", title: "By", cell: (row) => row.by },
      { key: "actions", title: "Actions", hidden: true, className: "doing", cell: actions },
    ],
  });
  table.show(rows);
  return table.element;
}

function actions(row) {
  if (!row.intact) return h("p", { class: "muted small-text", text: "Trashed together with other things: bring it back, or delete it, in openBIS." });
  const { reason } = row.permissions.delete;
  const why = reason ? h("p", { id: freshId("why"), class: "muted small-text", text: reason }) : null;
  return h(
    "div",
    {},
    h(
      "div",
      { class: "row-actions" },
      h("button", { type: "button", class: "small", "aria-label": `Bring back ${called(row)}`, on: { click: () => bringBack(row) }, text: "Bring back" }),
      h("button", {
        type: "button",
        class: "small",
        "aria-label": `Delete ${called(row)} for ever`,
        // Not `disabled`: a screen reader has to find it, to say why.
        "aria-disabled": why ? "true" : null,
        "aria-describedby": why?.id,
        on: { click: () => why || deleteForEver(row) },
        text: "Delete for ever …",
      }),
    ),
    why,
  );
}

async function bringBack(row) {
  const wish = new Wish();
  const done = await ask({
    title: `Bring back ${what(row)}`,
    parts: [`“${called(row)}” comes back with ${versions(row.versions.length)}, where it was.`],
    confirm: "Bring back",
    act: () => wish.send("POST", `${pathOf(row)}/revert`),
  });
  if (!done) return;
  toast(`“${called(row)}” is back.`, done.notebook ? { href: done.notebook.page, text: "Show it" } : null);
  await load();
}

async function deleteForEver(row) {
  const wish = new Wish();
  const typed = textField({
    name: "typed",
    label: `Type “${called(row)}” to confirm`,
    check: (text) => (text === called(row) ? "" : "That is not its name."),
  });
  const done = await ask({
    title: `Delete ${what(row)} for ever`,
    parts: [`${versions(row.versions.length)} of “${called(row)}” will be gone. Nobody can bring them back, not in openBIS either.`],
    fields: [typed],
    confirm: "Delete for ever",
    danger: true,
    act: async () => (await wish.send("DELETE", `${pathOf(row)}/permanent`)) ?? true,
  });
  if (!done) return;
  toast(`“${called(row)}” is deleted for ever.`);
  await load();
}

load();
