// The tiles of a dashboard on the page. A frame is not loaded again because its tile goes elsewhere.
import { inReadingOrder } from "./dashboard-grid.js";
import { TileView } from "./dashboard-tile.js";
import { byId, h } from "./dom.js";

export class Board {
  grid = byId("grid");
  tiles = [];
  #views = new Map();
  #toolsOf = null;

  /** `toolsOf(tile, view)`: what a person can do with a tile, while they arrange; null: nothing. */
  arrange(toolsOf) {
    this.#toolsOf = toolsOf;
    this.grid.classList.toggle("arranging", Boolean(toolsOf));
    for (const tile of this.tiles) this.#equip(tile);
  }

  /** Show these tiles, and no others. */
  show(tiles) {
    this.tiles = tiles;
    const there = new Set(tiles.map((tile) => tile.id));
    for (const [id, view] of this.#views) if (!there.has(id)) this.#drop(id, view);
    for (const tile of tiles) {
      const known = this.#views.get(tile.id);
      if (known) known.update(tile);
      else this.#add(tile);
    }
    this.grid.classList.toggle("empty-grid", !tiles.length);
  }

  /** The order for the tab key and on a phone becomes that of reading. */
  settle() {
    const ordered = inReadingOrder(this.tiles).map((tile) => this.#views.get(tile.id).element);
    // Without moveBefore a frame that is moved loads again; then the order is made when nobody arranges.
    if (!this.grid.moveBefore && this.#toolsOf) return;
    ordered.forEach((element, at) => {
      const there = this.grid.children[at] ?? null;
      if (there === element) return;
      if (this.grid.moveBefore && element.isConnected) this.grid.moveBefore(element, there);
      else this.grid.insertBefore(element, there);
    });
  }

  view(id) {
    return this.#views.get(id);
  }

  /** The tile that is moved or changed in size, and that it is not any more (`doing` null). */
  mark(id, doing) {
    const element = this.#views.get(id)?.element;
    if (doing) element?.setAttribute("data-doing", doing);
    else element?.removeAttribute("data-doing");
  }

  say(text) {
    byId("announcement").textContent = "";
    requestAnimationFrame(() => (byId("announcement").textContent = text)); // the same words are said again
  }

  #add(tile) {
    const view = new TileView(tile);
    this.#views.set(tile.id, view);
    this.grid.append(view.element);
    this.#equip(tile);
  }

  #drop(id, view) {
    this.#views.delete(id);
    view.element.remove();
  }

  #equip(tile) {
    const { element, tools } = this.#views.get(tile.id);
    element.setAttribute("role", this.#toolsOf ? "group" : "article");
    for (const [name, value] of [["tabindex", "0"], ["aria-describedby", "tile-help"]]) {
      if (this.#toolsOf) element.setAttribute(name, value);
      else element.removeAttribute(name);
    }
    element.querySelector(":scope > .corner")?.remove();
    tools.replaceChildren();
    if (!this.#toolsOf) return;
    const { head, corner } = this.#toolsOf(tile, element);
    tools.append(...head);
    element.append(h("div", { class: "corner" }, corner));
  }
}
