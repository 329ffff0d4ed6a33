// The columns of the library's table, and what can be done with a row.
import { badge, entityChip, stamp } from "./chips.js";
import { compareWith } from "./compare-with.js";
import { h, link } from "./dom.js";
import { fileOf, share } from "./library-links.js";
import { menuButton } from "./menu.js";
import { openVersion } from "./open-version.js";
import { publish } from "./publish.js";
import { count, size } from "./words.js";

export const columns = [
  { key: "name", title: "Name", sort: true, className: "name", cell: name },
  { key: "owner", title: "Author", sort: true, cell: (row) => row.owner },
  { key: "updateTime", title: "Latest version", sort: true, descends: true, className: "when", cell: latest },
  { key: "description", title: "Description", className: "about", cell: (row) => clamped(row.description) },
  { key: "storedIn", title: "Stored in", cell: (row) => entityChip(row.storedIn) },
  { key: "size", title: "Size", sort: true, descends: true, className: "number", cell: (row) => h("span", { title: `${size(row.totalStorageSize)} with all versions`, text: size(row.size) }) },
  { key: "actions", title: "Actions", hidden: true, className: "doing", cell: actions },
];

function name(row) {
  return h("span", { class: "stack" }, link(row.page, row.name || row.id), row.newerData ? badge("has newer data") : null);
}

function latest(row) {
  return h("span", { class: "stack" }, stamp(row.lastCheckpointTime), h("span", { class: "muted small-text", text: row.versions === 1 ? "1 version" : `${count(row.versions)} versions` }));
}

/** A long text takes three lines; all of it can be read on the notebook's page, and by the pointer. */
const clamped = (text) => (text ? h("span", { class: "clamped", title: text, text }) : null);

function actions(row) {
  const version = { id: row.lastCheckpointId, name: row.name };
  const open = [
    { text: "Continue in JupyterLab", act: () => openVersion(version, row, "continue") },
    { text: "Use as template", act: () => openVersion(version, row, "template") },
    { text: "Publish …", act: () => publish({ id: row.id, name: row.name || row.id }) },
  ];
  const called = row.name || row.id;
  return h(
    "div",
    { class: "row-actions" },
    menuButton("Open", open, { small: true, name: `Open ${called}` }),
    link(fileOf(row.lastCheckpointId), "", { class: "button small icon download", "aria-label": `Download ${called}`, title: "Download" }),
    icon("compare", `Compare ${called}`, () => compareWith({ id: row.lastCheckpointId, notebookId: row.id, name: row.name })),
    icon("share", `Share ${called}`, () => share(row.page, `“${called}”`)),
  );
}

const icon = (kind, label, act) => h("button", { type: "button", class: `small icon ${kind}`, "aria-label": label, title: label.split(" ")[0], on: { click: act } });
