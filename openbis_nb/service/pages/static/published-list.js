// The published pages that a person may see: searched, their own first.
import { get } from "./api.js";
import { badge, entityChip, stamp } from "./chips.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";
import { library } from "./library-links.js";
import { copyLink } from "./published-links.js";
import { Table } from "./table.js";

const REST = 250; // milliseconds of rest before it is searched for what was typed
const columns = [
  { key: "title", title: "Title", className: "name", cell: (row) => h("span", { class: "stack" }, link(row.link, row.title), marks(row)) },
  { key: "author", title: "Author", cell: (row) => row.author },
  { key: "saved", title: "As saved", className: "when", cell: (row) => stamp(row.version.saved_at) },
  { key: "published", title: "Published", className: "when", cell: (row) => h("span", { class: "stack" }, stamp(row.published_at), h("span", { class: "muted small-text", text: `by ${row.published_by}` })) },
  { key: "place", title: "Stored in", cell: (row) => entityChip(row.stored_in) },
  { key: "actions", title: "Actions", hidden: true, className: "doing", cell: (row) => h("div", { class: "row-actions" }, h("button", { type: "button", class: "small icon share", "aria-label": `Copy the link to ${row.title}`, title: "Copy link", on: { click: () => copyLink(row) } })) },
];
let asking = null;

const state = () => {
  const query = new URLSearchParams(location.search);
  return { q: query.get("q") ?? "", mine: query.get("mine") === "true" };
};

function marks(row) {
  const said = [row.state === "live" ? null : badge({ stopped: "stopped", gone: "not shown" }[row.state] ?? row.state), row.follow === "latest" ? badge("latest", "plain") : badge("pinned", "plain")];
  return h("span", {}, ...said.filter(Boolean));
}

async function show() {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const { q, mine } = state();
  byId("text").value = q;
  byId("mine").checked = mine;
  byId("main").setAttribute("aria-busy", "true");
  try {
    const table = new Table({ caption: "Published pages", columns });
    const found = { entries: [], cursor: "" };
    await more(found, table, signal);
  } catch (problem) {
    if (!signal.aborted) byId("table").replaceChildren(failure(problem, show));
  } finally {
    if (!signal.aborted) byId("main").removeAttribute("aria-busy");
  }
}

async function more(found, table, signal) {
  const { q, mine } = state();
  const page = await get("pages", { q, mine: mine ? "true" : "", cursor: found.cursor }, signal);
  if (signal.aborted) return;
  found.entries.push(...page.entries);
  found.cursor = page.cursor ?? "";
  table.show(ownFirst(found.entries));
  const { length } = found.entries;
  byId("count").textContent = length ? `${length} ${length === 1 ? "page" : "pages"}${found.cursor ? " so far" : ""}.` : "";
  const next = h("button", { type: "button", text: "Show more" });
  next.addEventListener("click", () => more(found, table, signal).catch((problem) => byId("table").append(failure(problem))));
  byId("table").replaceChildren(length ? table.element : nothing(q || mine), ...(found.cursor ? [h("p", { class: "more" }, next)] : []));
}

/** What a person has published stands above what others have; each in the order of the service. */
const ownFirst = (rows) => [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row))];
const isOwn = (row) => row.published_by.toLowerCase() === meta("person").toLowerCase();

function nothing(filtered) {
  if (filtered) return h("div", { class: "empty" }, h("h2", { text: "No page fits" }), h("p", { class: "muted", text: "Search for other words, or look at all pages." }));
  return h("div", { class: "empty" }, h("h2", { text: "No page is published yet" }), h("p", { class: "muted", text: "A notebook becomes a page by “Publish …”: on its page in the library, or in JupyterLab." }), link(library, "To the library", { class: "button primary" }));
}

function go(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  show();
}

let rest = 0;
byId("text").addEventListener("input", () => {
  clearTimeout(rest);
  rest = setTimeout(() => go({ q: byId("text").value.trim() }), REST);
});
byId("mine").addEventListener("change", () => go({ mine: byId("mine").checked ? "true" : "" }));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
show();
