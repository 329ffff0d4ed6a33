// For admins of openBIS: all published pages and links for the world, and how they are stopped.
import { Wish, get } from "./api.js";
import { ask, textField } from "./ask.js";
import { badge, stamp } from "./chips.js";
import { byId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { called, stateOf, viewsOf } from "./share-list.js";
import { Table } from "./table.js";
import { toast } from "./toast.js";
import { count } from "./words.js";

const ACTIONS = {
  publish: "published",
  snapshot: "another snapshot",
  switch: "switched to another snapshot",
  edit: "changed",
  refresh: "follows a newer version",
  stop: "stopped",
  resume: "published again",
  gone: "gone by itself",
  removed: "removed",
  import: "imported",
  "make-link": "link made",
  "revoke-link": "link taken back",
  "view-by-link": "viewed by link",
};
const one = encodeURIComponent;
const search = () => ({ q: byId("words").value.trim(), live: byId("live").checked });

/** A part of the page: what it asks for, how that is shown, and more of it. `read(result)` gives rows. */
class Part {
  #region;
  #path;
  #columns;
  #empty;
  #told;

  constructor({ region, path, caption, columns, empty, told = () => {} }) {
    this.#region = byId(region);
    this.#path = path;
    this.#columns = { caption, columns };
    this.#empty = empty;
    this.#told = told;
  }

  async load() {
    this.#region.setAttribute("aria-busy", "true");
    try {
      await this.#more([], "");
    } catch (problem) {
      this.#region.replaceChildren(failure(problem, () => this.load()));
    } finally {
      this.#region.removeAttribute("aria-busy");
    }
  }

  async #more(before, cursor) {
    const { q, live } = search();
    const found = await get(this.#path, { q, live, cursor });
    const rows = [...before, ...found.entries];
    this.#told(found, rows);
    if (!rows.length) {
      this.#region.replaceChildren(h("p", { class: "muted", text: this.#empty }));
      return;
    }
    const table = new Table(this.#columns);
    table.show(rows);
    const more = found.cursor ? h("button", { type: "button", text: "Show more" }) : "";
    if (more) more.addEventListener("click", () => this.#more(rows, found.cursor).catch((problem) => more.replaceWith(failure(problem))));
    this.#region.replaceChildren(table.element, more);
  }
}

const pages = new Part({
  region: "pages",
  path: "published/pages",
  caption: "Published pages",
  empty: "There is none.",
  columns: [
    { key: "title", title: "Page", className: "name", cell: (row) => h("span", { class: "stack" }, link(row.link, row.title), h("span", { class: "muted small-text", text: row.stored_in })) },
    { key: "state", title: "State", cell: (row) => h("span", { class: "stack" }, ...stateOfPage(row)) },
    { key: "by", title: "Published by", cell: (row) => h("span", { class: "stack" }, h("span", { text: row.published_by }), h("span", { class: "muted small-text" }, stamp(row.published_at))) },
    { key: "ends", title: "Ends", cell: (row) => (row.ends_at ? stamp(row.ends_at) : "") },
    { key: "boards", title: "Dashboards", className: "number", cell: (row) => count(row.dashboards) },
    { key: "links", title: "Open links", className: "number", cell: (row) => count(row.links) },
    { key: "actions", title: "Actions", hidden: true, className: "doing", cell: (row) => (row.state === "live" ? h("button", { type: "button", class: "small", "aria-label": `Stop ${row.title}`, on: { click: () => stop(row) }, text: "Stop …" }) : null) },
  ],
  told: (_, rows) => (byId("stop-all").hidden = !rows.some((row) => row.state === "live")),
});

const links = new Part({
  region: "links",
  path: "published/links",
  caption: "Links for the world",
  empty: "There is none.",
  columns: [
    { key: "title", title: "Page", className: "name", cell: (row) => h("span", { class: "stack" }, link(row.page, row.title), h("span", { class: "muted small-text", text: called(row) })) },
    { key: "state", title: "State", cell: stateOf },
    { key: "by", title: "Made by", cell: (row) => h("span", { class: "stack" }, h("span", { text: row.made_by }), h("span", { class: "muted small-text" }, stamp(row.made_at))) },
    { key: "sites", title: "Embedded on", cell: (row) => (row.sites[0] === "*" ? "any site" : row.sites.join(", ")) },
    { key: "ends", title: "Ends", className: "when", cell: (row) => stamp(row.ends_at) },
    { key: "views", title: "Views", cell: (row) => h("span", {}, viewsOf(row)) },
    { key: "actions", title: "Actions", hidden: true, className: "doing", cell: (row) => (row.revoked_at || row.state === "ended" ? null : h("button", { type: "button", class: "small", "aria-label": `Take back the link to ${row.title}, ${called(row)}`, on: { click: () => revoke(row) }, text: "Take back …" })) },
  ],
  told: (found, rows) => {
    byId("revoke-all").hidden = !rows.some((row) => !row.revoked_at && row.state !== "ended");
    byId("switches").hidden = false;
    byId("switches").textContent = found.enabled
      ? "Links for the world are allowed here (OPENBIS_NB_SERVICE_PUBLIC_LINKS)."
      : "Links for the world are off here: none opens. OPENBIS_NB_SERVICE_PUBLIC_LINKS allows them.";
  },
});

const audit = new Part({
  region: "audit",
  path: "published/audit",
  caption: "What was done, the last first",
  empty: "Nothing yet.",
  columns: [
    { key: "at", title: "When", className: "when", cell: (row) => stamp(row.at) },
    { key: "action", title: "What", cell: (row) => ACTIONS[row.action] ?? row.action },
    { key: "page", title: "Page", className: "name", cell: (row) => (row.page ? link(row.page, row.title || row.page_id) : "") },
    { key: "who", title: "Who", cell: (row) => row.who || (row.action === "view-by-link" ? "a visitor" : "the service") },
    { key: "details", title: "Details", className: "about", cell: (row) => h("span", { class: "small-text", text: row.details }) },
  ],
});

/** Of one that is live, when the right to publish it was checked last; of another one, why it is not. */
function stateOfPage(row) {
  const live = row.state === "live";
  const words = { live: "published", stopped: "stopped", gone: "gone" }[row.state];
  const more = live ? ["right checked ", stamp(row.confirmed_at)] : { stopped: "", "version-gone": "its version is gone", "right-gone": "its publisher lost the right", ended: "it has ended" }[row.reason];
  return [badge(words, live ? "good" : "plain"), h("span", { class: "muted small-text" }, more ?? "")];
}

const all = () => Promise.all([pages.load(), links.load(), audit.load()]);

async function stop(row) {
  await confirm({ title: "Stop the page", text: `Nobody sees “${row.title}” any more, and its links open nothing. Who published it can publish it again.`, button: "Stop it", path: "published/pages/stop", json: { pages: [row.id] }, done: "The page is stopped." });
}

async function revoke(row) {
  await confirm({ title: "Take the link back", text: `The link to “${row.title}” opens nothing any more, for good.`, button: "Take back", path: "published/links/revoke", json: { links: [row.id] }, done: "The link is taken back." });
}

async function confirm({ title, text, button, path, json, done, typed = null }) {
  const wish = new Wish();
  const fields = typed ? [textField({ name: "typed", label: `Type “${typed}” to confirm`, counted: false, check: (said) => (said === typed ? "" : `That is not “${typed}”.`) })] : [];
  const answer = await ask({ title, parts: [text], fields, confirm: button, danger: true, act: () => wish.send("POST", path, { json }) });
  if (!answer) return;
  toast(typed ? `${done} They were ${count(answer.count)}.` : done);
  await all();
}

byId("stop-all").addEventListener("click", () =>
  confirm({ title: "Stop all pages", text: "Nobody sees any published page of this hub any more, and no link opens. Each page can be published again by who may.", button: "Stop all", path: "published/pages/stop", json: { all: true }, done: "All pages are stopped.", typed: "stop all" }),
);
byId("revoke-all").addEventListener("click", () =>
  confirm({ title: "Take all links back", text: "No link for the world that was made until now opens anything any more, for good. The pages stay.", button: "Take all back", path: "published/links/revoke", json: { all: true }, done: "All links are taken back.", typed: "take all back" }),
);
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  all();
});
byId("live").addEventListener("change", all);
all();
