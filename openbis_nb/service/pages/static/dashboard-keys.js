// Moving a tile and changing its size by keyboard: M or R, arrow keys, then Enter to keep it or Escape not to.
import { resize, step } from "./dashboard-grid.js";
import { titleOf } from "./dashboard-tile.js";

const ARROWS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const DOES = { move: step, resize };
const REFUSED = {
  move: { left: "It stands at the left edge.", right: "It stands at the right edge.", up: "It stands at the top.", down: "It stands at the bottom." },
  resize: { left: "It cannot be narrower.", right: "It cannot be wider.", up: "It cannot be shorter.", down: "It cannot be taller." },
};

/**
 * `board`: `{tiles, show(tiles), keep(tiles, what), say(text), mark(id, doing)}`. One for a page; a tile is `held`
 * while its arrow keys mean moving.
 */
export class Keys {
  #board;
  #held = null; // {id, doing, before}

  constructor(board) {
    this.#board = board;
  }

  get held() {
    return this.#held?.id ?? null;
  }

  /** `doing`: "move" or "resize". */
  start(id, doing) {
    this.end(true);
    this.#held = { id, doing, before: this.#board.tiles };
    this.#board.mark(id, doing);
    const tile = this.#tile();
    this.#board.say(`${doing === "move" ? "Moving" : "Changing the size of"} ${quoted(tile)}. ${where(tile, doing)} Arrow keys change it, Enter keeps it, Escape does not.`);
  }

  /** `keeps`: the tile stays where it is now; else it goes back. */
  end(keeps) {
    if (!this.#held) return;
    const { id, doing, before } = this.#held;
    const tile = this.#tile();
    const after = this.#board.tiles;
    this.#held = null;
    this.#board.mark(id, null);
    if (!keeps) {
      this.#board.show(before);
      this.#board.say(`${quoted(tile)} is back where it was.`);
    } else if (after !== before) {
      this.#board.keep(before, after);
      this.#board.say(`${quoted(tile)}: ${where(tile, doing)}`);
    } else this.#board.say(`${quoted(tile)} stays as it was.`);
  }

  /** One step from a menu, kept at once. */
  once(id, doing, direction) {
    this.end(true);
    const before = this.#board.tiles;
    const after = DOES[doing](before, id, direction);
    if (!after) return this.#board.say(REFUSED[doing][direction]);
    this.#board.show(after);
    this.#board.keep(before, after);
    const tile = after.find((one) => one.id === id);
    return this.#board.say(`${quoted(tile)}: ${where(tile, doing)}`);
  }

  /** A key on a tile; true where it meant something. */
  key(event, id) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    if (this.#held?.id !== id) {
      const doing = { m: "move", r: "resize" }[event.key.toLowerCase()];
      if (doing) this.start(id, doing);
      return Boolean(doing);
    }
    const { doing } = this.#held;
    const direction = ARROWS[event.key];
    if (direction) {
      const next = DOES[doing](this.#board.tiles, id, direction);
      if (next) this.#board.show(next);
      this.#board.say(next ? where(this.#tile(), doing) : REFUSED[doing][direction]);
    } else if (event.key === "Enter" || event.key === " ") this.end(true);
    else if (event.key === "Escape") this.end(false);
    else return false;
    return true;
  }

  #tile() {
    return this.#board.tiles.find((tile) => tile.id === this.#held.id);
  }
}

const quoted = (tile) => `“${titleOf(tile)}”`;
const where = (tile, doing) => (doing === "move" ? `Column ${tile.x + 1}, row ${tile.y + 1}.` : `${tile.w} columns wide, ${tile.h} rows tall.`);
