// Moving a tile and changing its size by mouse, pen or finger: a handle is dragged, the others give way at once.
import { place } from "./dashboard-grid.js";

const EDGE = 70; // pixels from the edge of the window, where it scrolls
const SPEED = 14; // pixels a frame

/**
 * Makes `handle` drag the tile of `id`. `board` as for `Keys`, with `grid`, the element. `doing`: "move" or "resize".
 */
export function drags(handle, id, doing, board) {
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    new Drag(handle, id, doing, board, event);
  });
}

class Drag {
  #handle;
  #id;
  #doing;
  #board;
  #before;
  #tile;
  #start;
  #at;
  #scrolling = 0;
  #listeners = new AbortController();

  constructor(handle, id, doing, board, event) {
    this.#handle = handle;
    this.#id = id;
    this.#doing = doing;
    this.#board = board;
    this.#before = board.tiles;
    this.#tile = board.tiles.find((tile) => tile.id === id);
    this.#start = this.#at = point(event);
    handle.setPointerCapture(event.pointerId);
    const { signal } = this.#listeners;
    handle.addEventListener("pointermove", (moved) => this.#move(moved), { signal });
    handle.addEventListener("pointerup", () => this.#end(true), { signal });
    handle.addEventListener("pointercancel", () => this.#end(false), { signal });
    document.addEventListener("keydown", (pressed) => this.#key(pressed), { signal, capture: true });
    board.mark(id, doing);
    board.grid.classList.add("dragging");
    board.grid.style.minHeight = `${board.grid.offsetHeight}px`; // a page that gets shorter would scroll below the pointer
  }

  #move(event) {
    this.#at = point(event);
    this.#show();
    cancelAnimationFrame(this.#scrolling);
    this.#scroll(event.clientY);
  }

  /** Near an edge the window scrolls on while the pointer rests there. */
  #scroll(y) {
    const by = y < EDGE ? -SPEED : y > innerHeight - EDGE ? SPEED : 0;
    const before = scrollY;
    if (by) scrollBy(0, by);
    if (scrollY === before) return;
    this.#at = { ...this.#at, y: this.#at.y + scrollY - before };
    this.#show();
    this.#scrolling = requestAnimationFrame(() => this.#scroll(y));
  }

  #show() {
    const { column, row } = cellOf(this.#board.grid);
    const dx = Math.round((this.#at.x - this.#start.x) / column);
    const dy = Math.round((this.#at.y - this.#start.y) / row);
    const { x, y, w, h } = this.#tile;
    const wanted = this.#doing === "move" ? { x: x + dx, y: y + dy } : { w: Math.min(w + dx, 12 - x), h: h + dy };
    this.#board.show(place(this.#before, this.#id, wanted));
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#end(false);
  }

  #end(keeps) {
    this.#listeners.abort();
    cancelAnimationFrame(this.#scrolling);
    this.#board.mark(this.#id, null);
    this.#board.grid.classList.remove("dragging");
    this.#board.grid.style.minHeight = "";
    const after = this.#board.tiles;
    if (!keeps) this.#board.show(this.#before);
    else if (after !== this.#before) this.#board.keep(this.#before, after);
  }
}

const point = (event) => ({ x: event.pageX, y: event.pageY });

/** Width of a column and height of a row, with the gaps, in pixels. */
function cellOf(grid) {
  const { columnGap, rowGap, gridAutoRows } = getComputedStyle(grid);
  return { column: (grid.clientWidth + parseFloat(columnGap)) / 12, row: parseFloat(gridAutoRows) + parseFloat(rowGap) };
}
