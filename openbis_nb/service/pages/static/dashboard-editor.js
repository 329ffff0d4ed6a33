// Arranging a dashboard: what is changed is kept on the page until it is saved, can be undone, and is put on top of
// what somebody else has saved meanwhile.
import { Wish, get } from "./api.js";
import { ask } from "./ask.js";
import { addTile, tileSettings } from "./dashboard-add.js";
import { compact, firstFree } from "./dashboard-grid.js";
import { Keys } from "./dashboard-keys.js";
import { merge } from "./dashboard-merge.js";
import { nameAndPlace } from "./dashboard-new.js";
import { drags } from "./dashboard-pointer.js";
import { titleOf } from "./dashboard-tile.js";
import { byId, freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { menuButton } from "./menu.js";
import { toast } from "./toast.js";
import { date } from "./words.js";

const SIZES = { page: { w: 12, h: 8 }, output: { w: 6, h: 5 } };
const WORDS = { left: "left", right: "right", up: "up", down: "down" };
const GROWS = { right: "Wider", left: "Narrower", down: "Taller", up: "Shorter" };

export class Editor {
  #page;
  #board;
  #keys;
  #base; // what was read last: {name, stored_in, tiles}
  #now;
  #etag;
  #undo = [];
  #wish = new Wish();
  #told = null;
  #bar = byId("editing");

  /** `page`: `{board, taken(detail), head(row), left()}`. */
  constructor(page, detail) {
    this.#page = page;
    this.#board = page.board;
    this.#keys = new Keys({
      get tiles() {
        return page.board.tiles;
      },
      show: (tiles) => page.board.show(tiles),
      keep: (before, after) => this.#keepPlaces(before, after),
      say: (text) => page.board.say(text),
      mark: (id, doing) => page.board.mark(id, doing),
    });
    this.#begin(detail);
    this.#board.arrange((tile, element) => this.#tools(tile, element));
    this.#show();
  }

  get dirty() {
    return this.#undo.length > 0;
  }

  #begin(detail) {
    this.#base = this.#now = { name: detail.dashboard.name, stored_in: detail.dashboard.stored_in, tiles: detail.tiles };
    this.#etag = detail.etag;
    this.#undo = [];
  }

  // --- the bar ---------------------------------------------------------------------------------------

  #show() {
    const { length } = this.#undo;
    const state = length ? `${length} ${length === 1 ? "change" : "changes"} not saved.` : "Everything is saved.";
    const had = this.#bar.contains(document.activeElement) ? document.activeElement.dataset.does : null;
    const button = (does, text, act, more = {}) => h("button", { type: "button", "data-does": does, on: { click: act }, text, ...more });
    this.#bar.replaceChildren(
      h(
        "section",
        { class: "edit-bar", "aria-label": "Arranging" },
        button("add", "Add a tile", () => this.#add()),
        button("undo", "Undo", () => this.undo(), { "aria-disabled": length ? null : "true" }),
        button("name", "Name and place", () => this.#rename()),
        h("p", { class: "muted grow-text", role: "status", text: state }),
        button("leave", length ? "Discard" : "Done", () => this.leave()),
        button("save", "Save", () => this.save(), { class: "primary", "aria-disabled": length ? null : "true" }),
      ),
      this.#told ?? "",
    );
    if (had) this.#bar.querySelector(`[data-does="${had}"]`)?.focus();
  }

  #keep(next) {
    this.#undo.push(this.#now);
    this.#now = next;
    this.#board.show(next.tiles);
    this.#board.settle();
    this.#show();
  }

  #keepPlaces(before, after) {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.#keep({ ...this.#now, tiles: after });
  }

  undo() {
    const before = this.#undo.pop();
    if (!before) return;
    this.#keys.end(false);
    const back = before.tiles.find((tile) => !this.#now.tiles.some((one) => one.id === tile.id));
    this.#now = before;
    this.#board.show(before.tiles);
    this.#board.settle();
    this.#page.head(this.#row());
    this.#show();
    this.#board.say(back ? `“${titleOf(back)}” is back.` : "The last change is undone.");
  }

  #row() {
    return { name: this.#now.name, stored_in: this.#now.stored_in };
  }

  // --- what is done with tiles -----------------------------------------------------------------------

  #tools(tile, element) {
    const { id } = tile;
    const now = () => this.#board.tiles.find((one) => one.id === id);
    const name = titleOf(tile);
    const grip = h("button", { type: "button", class: "small grip", "aria-label": `Move “${name}”`, title: "Drag to move; or press Enter, then the arrow keys" });
    const corner = h("button", { type: "button", class: "small size", "aria-label": `Change the size of “${name}”`, title: "Drag to change the size; or press Enter, then the arrow keys" });
    const board = this.#dragged();
    for (const [handle, doing] of [[grip, "move"], [corner, "resize"]]) {
      drags(handle, id, doing, board);
      handle.addEventListener("click", (event) => event.detail === 0 && (this.#keys.held === id ? this.#keys.end(true) : this.#keys.start(id, doing)));
    }
    element.onkeydown = (event) => this.#key(event, id, element, grip, corner);
    element.onfocusout = (event) => this.#keys.held === id && !element.contains(event.relatedTarget) && this.#keys.end(true);
    const entries = [
      ...(tile.visible ? [{ text: "Settings …", act: () => this.#settings(now()) }] : []),
      ...Object.entries(WORDS).map(([direction, word]) => ({ text: `Move ${word}`, act: () => this.#keys.once(id, "move", direction) })),
      ...Object.entries(GROWS).map(([direction, text]) => ({ text, act: () => this.#keys.once(id, "resize", direction) })),
      { text: "Remove", danger: true, act: () => this.#remove(id) },
    ];
    return { head: [grip, menuButton("⋯", entries, { small: true, name: `What to do with “${name}”` })], corner };
  }

  #dragged() {
    const board = this.#board;
    return {
      grid: board.grid,
      get tiles() {
        return board.tiles;
      },
      show: (tiles) => board.show(tiles),
      mark: (id, doing) => board.mark(id, doing),
      keep: (before, after) => this.#keepPlaces(before, after),
    };
  }

  #key(event, id, element, grip, corner) {
    const own = [element, grip, corner].includes(event.target);
    if (!own) return;
    if (event.target !== element && event.key === "Enter" && this.#keys.held !== id) return; // the button's own click
    if (this.#keys.key(event, id)) event.preventDefault();
    else if (event.target === element && (event.key === "Delete" || event.key === "Backspace")) this.#remove(id);
    else return;
    event.stopPropagation();
  }

  async #add() {
    const told = await addTile();
    if (!told) return;
    const size = told.output ? SIZES.output : SIZES.page;
    const tile = { ...told, ...size, ...firstFree(this.#now.tiles, size.w, size.h), id: freshId("new") };
    this.#keep({ ...this.#now, tiles: compact([...this.#now.tiles, tile]) });
    const { element } = this.#board.view(tile.id);
    element.scrollIntoView({ block: "nearest" });
    element.focus({ preventScroll: true });
    this.#board.say(`“${titleOf(tile)}” is added. M moves it, R changes its size.`);
  }

  #remove(id) {
    this.#keys.end(true);
    const gone = this.#now.tiles.find((tile) => tile.id === id);
    const element = this.#board.view(id)?.element;
    const next = element?.nextElementSibling ?? element?.previousElementSibling;
    this.#keep({ ...this.#now, tiles: compact(this.#now.tiles.filter((tile) => tile.id !== id)) });
    (next ?? this.#bar.querySelector("button")).focus({ preventScroll: true });
    this.#board.say(`“${titleOf(gone)}” is removed. Undo brings it back.`);
  }

  async #settings(tile) {
    const changed = await tileSettings(tile);
    if (!changed || (changed.title === tile.title && changed.code === tile.code)) return;
    this.#keep({ ...this.#now, tiles: this.#now.tiles.map((one) => (one.id === tile.id ? { ...one, ...changed } : one)) });
    this.#board.arrange((one, element) => this.#tools(one, element)); // its title stands in their names
    this.#board.view(tile.id).element.focus({ preventScroll: true });
  }

  async #rename() {
    const changed = await nameAndPlace(this.#row());
    if (!changed || (changed.name === this.#now.name && changed.stored_in.perm_id === this.#now.stored_in.perm_id)) return;
    this.#keep({ ...this.#now, ...changed });
    this.#page.head(this.#row());
  }

  // --- saving ----------------------------------------------------------------------------------------

  async save() {
    if (!this.dirty) return;
    this.#keys.end(true);
    const button = this.#bar.querySelector('[data-does="save"]');
    button.disabled = true;
    this.#told = null;
    try {
      const detail = await this.#wish.send("PATCH", this.#page.path, { json: bodyOf(this.#base, this.#now), etag: this.#etag });
      this.#begin(detail);
      this.#board.show(detail.tiles);
      this.#board.arrange((tile, element) => this.#tools(tile, element));
      this.#board.settle();
      this.#page.taken(detail);
      toast("The dashboard is saved.");
    } catch (problem) {
      this.#told = problem.status === 412 ? await this.#together(problem) : failure(problem, () => this.save());
    }
    this.#show();
    this.#bar.querySelector(`[data-does="${this.dirty ? "save" : "leave"}"]`).focus();
  }

  /** Somebody else has saved meanwhile: theirs is shown, with mine on top, and nothing is saved before a person has
   * looked at it. */
  async #together(problem) {
    let theirs;
    try {
      theirs = await get(this.#page.path);
    } catch (other) {
      return failure(other.status ? other : problem);
    }
    const now = { name: theirs.dashboard.name, stored_in: theirs.dashboard.stored_in, tiles: theirs.tiles };
    const mine = this.#now;
    const both = merge(this.#base, mine, now);
    const moved = mine.stored_in.perm_id !== this.#base.stored_in.perm_id;
    this.#base = now;
    this.#etag = theirs.etag;
    this.#undo = [now]; // undoing leads to theirs
    this.#now = { name: both.name, stored_in: moved ? mine.stored_in : now.stored_in, tiles: both.tiles };
    this.#board.show(this.#now.tiles);
    this.#board.settle();
    this.#page.head(this.#row());
    const { changed_by: who, changed_at: when } = theirs.dashboard;
    return h(
      "div",
      { class: "notice warn together", role: "alert" },
      h("p", {}, h("strong", { text: `${who} saved this dashboard while you arranged it (${date(when)}).` })),
      h("p", { text: "You see what they saved, with your changes on top. Nothing of yours is saved yet: look at it, then save. Undo shows theirs alone." }),
      both.told.length ? h("ul", { class: "changes" }, ...both.told.map((text) => h("li", { text }))) : null,
    );
  }

  /** Back to looking; asks first where something is not saved. */
  async leave() {
    if (this.dirty) {
      const sure = await ask({ title: "Discard your changes", parts: ["What you arranged since the last save will be gone."], confirm: "Discard", danger: true, act: () => true });
      if (!sure) return;
    }
    this.#keys.end(false);
    this.#board.arrange(null);
    this.#board.show(this.#base.tiles);
    this.#board.settle();
    this.#bar.replaceChildren();
    this.#page.left(this.#base);
  }
}

/** What is sent: of tiles that are there only what was changed, so that one that this person does not see stays as
 * it is. */
function bodyOf(base, now) {
  const known = new Map(base.tiles.map((tile) => [tile.id, tile]));
  const tiles = now.tiles.map((tile) => {
    const { x, y, w, h: rows, title, code } = tile;
    const was = known.get(tile.id);
    if (!was) return { page_id: tile.page.id, ...(tile.output ? { output: tile.output } : {}), title, code, x, y, w, h: rows };
    return { id: tile.id, ...(was.title === title ? {} : { title }), ...(was.code === code ? {} : { code }), x, y, w, h: rows };
  });
  const moved = now.stored_in.perm_id !== base.stored_in.perm_id;
  return { tiles, ...(now.name === base.name ? {} : { name: now.name }), ...(moved ? { stored_in: now.stored_in.perm_id, kind: now.stored_in.kind } : {}) };
}
