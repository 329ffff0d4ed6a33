// Versions: all of them, newest first; each can be seen, handed on, compared, restored.
import { badge, dataSetChip, stamp } from "./chips.js";
import { h, link } from "./dom.js";
import { compareOf, fileOf, share } from "./library-links.js";
import { menuButton } from "./menu.js";
import { reasonOf } from "./notebook-head.js";
import { openVersion } from "./open-version.js";
import { publish } from "./publish.js";
import { Table } from "./table.js";
import { editVersion, restore, trashVersion } from "./version-actions.js";
import { count, size } from "./words.js";

export function showVersions(region, page) {
  const { detail } = page;
  const chosen = new Map();
  const said = h("p", { class: "muted", role: "status" });
  const compare = h("button", { type: "button", text: "Compare" });
  const tell = () => {
    const enough = chosen.size >= 2;
    compare.setAttribute("aria-disabled", String(!enough));
    compare.classList.toggle("primary", enough);
    said.textContent = enough ? `${count(chosen.size)} chosen; the oldest is what the others are compared with.` : "Choose two or more versions to compare them.";
  };
  compare.addEventListener("click", () => {
    if (chosen.size < 2) return;
    const [base, ...others] = [...chosen.values()].sort((one, two) => one.number - two.number);
    location.assign(compareOf(base.id, others.map((row) => row.id)));
  });
  const table = new Table({
    caption: "Versions, the newest first",
    columns: columns(page),
    choice: { has: (row) => chosen.has(row.id), set: (row, on) => (on ? chosen.set(row.id, row) : chosen.delete(row.id), tell()), name: (row) => `version ${row.number}` },
  });
  tell();
  table.show([...detail.versions].reverse());
  region.replaceChildren(h("div", { class: "versions-bar" }, said, compare), table.element);
}

const columns = (page) => [
  { key: "number", title: "Version", className: "version", cell: (row) => number(page, row) },
  { key: "notes", title: "Notes", className: "about", cell: (row) => (row.description ? h("span", { class: "clamped", title: row.description, text: row.description }) : null) },
  { key: "owner", title: "By", cell: (row) => row.owner },
  { key: "time", title: "Saved", className: "when", cell: (row) => stamp(row.creationTime) },
  { key: "inputs", title: "Data", cell: inputs },
  { key: "size", title: "Size", className: "number", cell: (row) => size(row.size) },
  { key: "actions", title: "Actions", hidden: true, className: "doing", cell: (row) => actions(page, row) },
];

function number(page, row) {
  const to = link(row.page, row.name || "unnamed");
  to.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    page.choose(row, "contents");
  });
  const marks = [row.current ? badge("newest", "good") : null, row.counts ? null : badge("fork"), row.id === page.version.id ? badge("shown", "plain") : null];
  return h("span", { class: "stack" }, h("span", {}, h("span", { class: "version-number", text: `${row.number}. ` }), to), h("span", {}, ...marks));
}

function inputs(row) {
  if (!row.inputs.length) return h("span", { class: "muted", text: "none" });
  const items = h("ul", {}, ...row.inputs.map((dataSet) => h("li", {}, dataSetChip(dataSet, { brief: true }))));
  if (row.inputs.length === 1) return dataSetChip(row.inputs[0], { brief: true });
  return h("details", {}, h("summary", { text: `${count(row.inputs.length)} data sets` }), items);
}

function actions(page, row) {
  const { detail } = page;
  const newest = detail.versions.find((one) => one.current);
  const before = detail.versions.filter((one) => one.number < row.number).at(-1);
  const called = `version ${row.number}`;
  const items = [
    { text: "Show", act: () => page.choose(row, "contents") },
    { text: "Share", act: () => share(row.page, `${called} of “${detail.notebook.name}”`) },
    ...(before ? [{ text: `Compare with version ${before.number}`, act: () => location.assign(compareOf(before.id, [row.id])) }] : []),
    ...(newest && newest.id !== row.id && newest.id !== before?.id ? [{ text: "Compare with the newest", act: () => location.assign(compareOf(row.id, [newest.id])) }] : []),
    { text: "Continue in JupyterLab", reason: reasonOf(detail, "open"), act: () => openVersion(row, detail.notebook, "continue", !reasonOf(detail, "add-version")) },
    { text: "Use as template", reason: reasonOf(detail, "open-as-template"), act: () => openVersion(row, detail.notebook, "template") },
    { text: "Publish …", act: () => publish(detail.notebook, row) },
    { text: "Restore", reason: row.current ? "It is the newest." : reasonOf(detail, "restore-version"), act: () => restore(page, row) },
    { text: "Edit name and notes", reason: reasonOf(detail, "edit-notes"), act: () => editVersion(page, row) },
    { text: "Move to the trash", danger: true, reason: whyKept(detail, row), act: () => trashVersion(page, row) },
  ];
  return h(
    "div",
    { class: "row-actions" },
    link(fileOf(row.id), "", { class: "button small icon download", "aria-label": `Download ${called}`, title: "Download" }),
    menuButton("More…", items, { small: true, name: `More for ${called}` }),
  );
}

function whyKept(detail, row) {
  if (detail.versions.length === 1) return "It is the only version: move the notebook to the trash instead.";
  if (row.current) return "It is the newest: restore another one first.";
  if (row.number === 1) return "It is the first, which says who the author is.";
  if (row.removable) return "";
  return reasonOf(detail, "trash-version") || "openBIS does not let you delete it.";
}
