// One dashboard: looked at by everybody who sees its place, arranged by those who may.
import { Wish, get, prefix } from "./api.js";
import { ask } from "./ask.js";
import { entityChip, stamp } from "./chips.js";
import { Board } from "./dashboard-board.js";
import { Editor } from "./dashboard-editor.js";
import { compact } from "./dashboard-grid.js";
import { titleOf } from "./dashboard-tile.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";
import { share } from "./library-links.js";
import { menuButton } from "./menu.js";
import { toastAfterwards, toastFromBefore } from "./toast.js";
import { count } from "./words.js";

const id = meta("dashboard");
const path = `dashboards/${id}`;
const board = new Board();
/** Only tiles whose title or notebook has these words, where the address says so; all while they are arranged. */
const words = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
let detail = null;
let editor = null;

const page = {
  board,
  path,
  /** Saved: this is so now. */
  taken(answer) {
    detail = answer;
    showHead();
  },
  head: (row) => showHead(row),
  left() {
    editor = null;
    address(false);
    showHead();
    showTiles();
    byId("edit")?.focus();
  },
};

async function load() {
  try {
    detail = await get(path);
  } catch (problem) {
    byId("head").replaceChildren(failure(problem, load), h("p", {}, link(`${prefix}dashboards`, "All dashboards")));
    return;
  }
  showHead();
  showTiles();
  if (new URLSearchParams(location.search).has("edit")) edit();
}

function showHead(row = detail.dashboard) {
  document.title = `${row.name} · openBIS notebooks`;
  const { dashboard } = detail;
  byId("head").replaceChildren(
    h("ul", { class: "crumbs" }, h("li", {}, link(`${prefix}dashboards`, "Dashboards")), h("li", {}, row.name)),
    h(
      "header",
      { class: "page-head" },
      h("div", {}, h("h1", { text: row.name }), h("p", { class: "origin" }, entityChip(row.stored_in, { eln: true }), h("span", {}, "changed ", stamp(dashboard.changed_at), ` by ${dashboard.changed_by}`))),
      h("div", { class: "actions" }, ...(editor ? [] : actions(dashboard))),
    ),
  );
}

function actions(dashboard) {
  const may = detail.may.edit.allowed;
  return [
    link(words.length ? `${detail.print}?${new URLSearchParams({ q: words.join(" ") })}` : detail.print, "Print or save as PDF", { class: "button", target: "_blank", rel: "noreferrer" }),
    h("button", { type: "button", on: { click: () => share(dashboard.link, `“${dashboard.name}”`) }, text: "Share" }),
    may ? h("button", { type: "button", class: "primary", id: "edit", on: { click: edit }, text: "Edit" }) : null,
    may ? menuButton("More", [{ text: "Delete …", danger: true, act: remove }], { primary: false }) : null,
  ].filter(Boolean);
}

function edit() {
  if (editor || !detail.may.edit.allowed) return;
  byId("nothing")?.remove();
  byId("filtered").hidden = true;
  board.show(detail.tiles);
  editor = new Editor(page, detail);
  address(true);
  showHead();
  byId("editing").querySelector("button").focus();
}

const address = (editing) => history.replaceState(null, "", `${prefix}${path}${editing ? "?edit=1" : words.length ? `?${new URLSearchParams({ q: words.join(" ") })}` : ""}`);

function showTiles() {
  const fitting = detail.tiles.filter((tile) => words.every((word) => tile.visible && `${titleOf(tile)} ${tile.page.notebook}`.toLowerCase().includes(word)));
  board.show(words.length ? compact(fitting) : detail.tiles);
  board.settle();
  showNothing();
  const all = link(`${prefix}${path}`, "Show all");
  byId("filtered").hidden = !words.length;
  byId("filtered").replaceChildren(`${count(fitting.length)} of ${count(detail.tiles.length)} tiles have “${words.join(" ")}” in their title or notebook. `, all);
}

function showNothing() {
  byId("nothing")?.remove();
  if (detail.tiles.length || editor) return;
  const may = detail.may.edit.allowed;
  const text = may ? "Put published pages on it, or single outputs of them." : "Nobody has put a page on it.";
  byId("grid").before(h("div", { class: "empty", id: "nothing" }, h("h2", { text: "There is no tile yet." }), h("p", { class: "muted", text }), may ? h("button", { type: "button", on: { click: edit }, text: "Edit" }) : null));
}

async function remove() {
  const wish = new Wish();
  const done = await ask({
    title: "Delete the dashboard",
    parts: [`“${detail.dashboard.name}” will be gone for everybody. The pages that it shows stay.`],
    confirm: "Delete",
    danger: true,
    act: async () => (await wish.send("DELETE", path, { etag: detail.etag })) ?? true,
  });
  if (!done) return;
  toastAfterwards(`“${detail.dashboard.name}” is deleted.`);
  location.assign(`${prefix}dashboards`);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (!editor || typing || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  event.preventDefault();
  editor.undo();
});
window.addEventListener("beforeunload", (event) => editor?.dirty && event.preventDefault());

load();
toastFromBefore();
