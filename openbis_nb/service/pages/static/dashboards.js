// All dashboards that a person may see, by name.
import { get, prefix } from "./api.js";
import { entityChip, stamp } from "./chips.js";
import { newDashboard } from "./dashboard-new.js";
import { byId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { Table } from "./table.js";
import { toastFromBefore } from "./toast.js";
import { count } from "./words.js";

const PAUSE = 300; // milliseconds
const columns = [
  { key: "name", title: "Name", className: "name", cell: (row) => link(row.link, row.name) },
  { key: "stored_in", title: "Belongs to", cell: (row) => entityChip(row.stored_in) },
  { key: "tiles", title: "Tiles", className: "number", cell: (row) => count(row.tile_count) },
  { key: "changed", title: "Last change", className: "when", cell: (row) => h("span", { class: "stack" }, stamp(row.changed_at), h("span", { class: "muted small-text", text: `by ${row.changed_by}` })) },
];

let asking = new AbortController();
let rows = [];
let cursor = null;

async function load(further = false) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const words = byId("text").value.trim();
  byId("table").setAttribute("aria-busy", "true");
  try {
    const found = await get("dashboards", { q: words, cursor: further ? cursor : "" }, signal);
    const first = further ? rows.length : 0;
    rows = further ? [...rows, ...found.dashboards] : found.dashboards;
    cursor = found.cursor;
    show(found.total, words);
    if (further) byId("table").querySelectorAll("tbody a")[first]?.focus();
  } catch (problem) {
    if (signal.aborted) return;
    byId("count").textContent = "";
    byId("table").replaceChildren(failure(problem, () => load(further)));
  }
  byId("table").removeAttribute("aria-busy");
}

function show(total, words) {
  byId("count").textContent = total ? `${count(total)} ${total === 1 ? "dashboard" : "dashboards"}${words ? (total === 1 ? " fits" : " fit") : ""}.` : "";
  byId("further").hidden = !cursor;
  if (!rows.length) {
    byId("table").replaceChildren(nothing(words));
    return;
  }
  const table = new Table({ caption: "Dashboards", columns });
  table.show(rows);
  byId("table").replaceChildren(table.element);
}

function nothing(words) {
  if (words) return h("div", { class: "empty" }, h("h2", { text: "No dashboard fits." }), h("p", { class: "muted", text: "Search for less." }));
  return h(
    "div",
    { class: "empty" },
    h("h2", { text: "No dashboard yet." }),
    h("p", { class: "muted", text: "Make one in a space, project or experiment, and put published pages on it." }),
    h("button", { type: "button", class: "primary", on: { click: newDashboard }, text: "New dashboard" }),
  );
}

let timer = 0;
function search() {
  clearTimeout(timer);
  const words = byId("text").value.trim();
  history.replaceState(null, "", `${prefix}dashboards${words ? `?${new URLSearchParams({ q: words })}` : ""}`);
  load();
}
byId("text").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
});
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
byId("new").addEventListener("click", (event) => {
  event.preventDefault();
  newDashboard();
});
byId("further").addEventListener("click", () => load(true));
byId("text").value = new URLSearchParams(location.search).get("q") ?? "";
load();
toastFromBefore();
// Also for a click before this script was there.
if (new URLSearchParams(location.search).has("new")) newDashboard();
