// What notebooks take: by space, the largest of one space, and versions that newer ones supersede.
import { get } from "./api.js";
import { byId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { library } from "./library-links.js";
import { showSuperseded } from "./storage-superseded.js";
import { Table } from "./table.js";
import { count, size } from "./words.js";

const LARGEST = 20;
const space = new URLSearchParams(location.search).get("space") ?? "";
const pageOf = (code) => `${library}/storage?${new URLSearchParams({ space: code })}`;

async function load() {
  const region = byId("spaces");
  try {
    const found = await get("storage", { space });
    byId("note").textContent = found.note;
    byId("note").hidden = !found.note;
    region.replaceChildren(...spaces(found.spaces));
  } catch (problem) {
    region.replaceChildren(failure(problem, load));
  } finally {
    region.removeAttribute("aria-busy");
  }
}

function spaces(rows) {
  if (!rows.length) return [h("p", { class: "muted", text: "There is no notebook that you may see." })];
  const columns = [
    { key: "space", title: "Space", cell: (row) => (space ? row.space : link(pageOf(row.space), row.space)) },
    { key: "notebooks", title: "Notebooks", className: "number", cell: (row) => link(`${library}?${new URLSearchParams({ space: row.space })}`, count(row.notebooks)) },
    { key: "versions", title: "Versions", className: "number", cell: (row) => count(row.versions) },
    { key: "size", title: "Size", className: "number", cell: (row) => size(row.size) },
    { key: "superseded", title: "Superseded", className: "number", cell: (row) => count(row.superseded) },
    { key: "supersededSize", title: "Their size", className: "number", cell: (row) => size(row.supersededSize) },
  ];
  const table = new Table({ caption: "Storage by space", columns });
  table.show(rows);
  return [table.element, space ? h("p", {}, link(`${library}/storage`, "All spaces")) : h("p", { class: "muted small-text", text: "Choose a space to see its largest notebooks and its superseded versions." })];
}

async function showLargest() {
  byId("largest").hidden = false;
  try {
    const { entries } = await get("notebooks", { space, sortBy: "size", sortDirection: "descending", limit: LARGEST });
    const columns = [
      { key: "name", title: "Name", className: "name", cell: (row) => link(row.page, row.name || row.id) },
      { key: "owner", title: "Author", cell: (row) => row.owner },
      { key: "versions", title: "Versions", className: "number", cell: (row) => count(row.versions) },
      { key: "newest", title: "Latest version", className: "number", cell: (row) => size(row.size) },
      { key: "size", title: "All versions", className: "number", cell: (row) => size(row.totalStorageSize) },
    ];
    const table = new Table({ caption: "Largest notebooks", columns });
    table.show([...entries].sort((one, two) => two.totalStorageSize - one.totalStorageSize));
    byId("notebooks").replaceChildren(entries.length ? table.element : h("p", { class: "muted", text: "There is none." }));
  } catch (problem) {
    byId("notebooks").replaceChildren(failure(problem, showLargest));
  }
}

load();
if (space) {
  showLargest();
  showSuperseded(byId("superseded"), space, () => Promise.all([load(), showLargest()]));
}
