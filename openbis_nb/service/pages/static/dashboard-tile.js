// One tile: its title, which version it shows, and what it shows in a frame without origin and scripts.
import { prefix } from "./api.js";
import { badge } from "./chips.js";
import { freshId, h, link } from "./dom.js";
import { date } from "./words.js";

export const titleOf = (tile) => (tile.visible ? tile.title || tile.page.title : "A tile that you do not see");

/** Where a tile's content is; the version stands in it, so that a newer one is not the one that a browser kept. */
export function frameOf(tile) {
  const query = new URLSearchParams({ version: tile.page.version });
  if (!tile.code) query.set("code", "hidden");
  if (tile.output) {
    query.set("cell", tile.output.cell_id);
    query.set("output", tile.output.index);
  }
  return `${prefix}dashboards/frame/${encodeURIComponent(tile.page.id)}?${query}`;
}

/** A frame that loads when it comes near the screen. */
export function contentOf(src, title) {
  return h("iframe", { class: "tile-frame", sandbox: "", src, title, loading: "lazy", referrerpolicy: "no-referrer", tabindex: "0" });
}

/** The element of a tile; `update(tile)` shows another title, place or content. `tools`: what stands in its head
 * while it can be changed. */
export class TileView {
  #heading = freshId("tile");
  #title = h("h2", { id: this.#heading });
  #about = h("p", { class: "muted small-text about" });
  #body = h("div", { class: "tile-body" });
  #src = null;
  tools = h("div", { class: "tools" });
  element = h("div", { class: "tile", role: "article", "aria-labelledby": this.#heading }, h("div", { class: "tile-head" }, h("div", { class: "tile-title" }, this.#title, this.#about), this.tools), this.#body);

  constructor(tile) {
    this.element.dataset.tile = tile.id;
    this.update(tile);
  }

  update(tile) {
    this.place(tile);
    const title = titleOf(tile);
    this.element.classList.toggle("unseen", !tile.visible);
    this.element.classList.toggle("single", Boolean(tile.output));
    this.#title.replaceChildren(tile.visible ? link(tile.page.link, title) : title);
    this.#about.replaceChildren(...(tile.visible ? about(tile.page, title) : []));
    this.#about.hidden = !tile.visible;
    const src = tile.visible ? frameOf(tile) : "";
    if (src !== this.#src) this.#body.replaceChildren(tile.visible ? contentOf(src, title) : unseen());
    else this.#body.querySelector("iframe")?.setAttribute("title", title);
    this.#src = src;
  }

  place({ x, y, w, h: rows }) {
    const { style } = this.element;
    for (const [name, value] of [["--x", x + 1], ["--y", y + 1], ["--w", w], ["--h", rows]]) style.setProperty(name, value);
  }
}

function about({ saved_at: when, saved_by: who, notebook, newer }, title) {
  const text = `Shows the version of ${when ? date(when) : "an unknown time"} by ${who}`;
  return [newer ? badge("newer version") : "", newer ? " " : "", text, notebook === title ? "" : ` of “${notebook}”`].filter(Boolean);
}

const unseen = () => h("div", { class: "nothing" }, h("p", { text: "You do not see what is here." }), h("p", { class: "muted small-text", text: "Its page is gone, or openBIS does not show it to you." }));
