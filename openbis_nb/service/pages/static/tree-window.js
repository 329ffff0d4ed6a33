// A part of a long list in the tree: some pages of rows, and a row before and behind that moves them.
import { get } from "./api.js";
import { count, plural } from "./words.js";

const PAGES_SHOWN = 3;

/** The entities of one kind in one parent, of which a few pages are shown at a time. */
export class TreeWindow {
  #tree;
  #parent;
  #kind;
  #total;
  #level;
  #starts; // cursor of each page that was reached
  #sizes = []; // rows of each page
  #first = 0; // first page shown
  #pages = []; // rows of the pages shown
  #before;
  #behind;

  constructor(tree, list, parent, section, level) {
    this.#tree = tree;
    this.#parent = parent;
    this.#kind = section.kind;
    this.#level = level;
    this.#total = section.total;
    this.#starts = [`${section.kind}:0`];
    this.#before = tree.action("", level, () => this.#earlier());
    this.#behind = tree.action("", level, () => this.#more());
    list.append(this.#before, this.#behind);
    this.#put(0, section);
    this.#update();
  }

  #put(page, section) {
    const reached = this.#sizes.slice(0, page).reduce((sum, size) => sum + size, 0);
    this.#total = section.total;
    this.#sizes[page] = section.nodes.length;
    if (section.after) this.#starts[page + 1] = section.after;
    else this.#starts.length = page + 1;
    const rows = section.nodes.map((node, index) => this.#tree.row(node, this.#level, reached + index + 1, section.total));
    if (page < this.#first) {
      this.#before.after(...rows);
      this.#pages.unshift(rows);
      this.#first = page;
      if (this.#pages.length > PAGES_SHOWN) this.#pages.pop().forEach((row) => row.remove());
    } else {
      this.#behind.before(...rows);
      this.#pages.push(rows);
      if (this.#pages.length > PAGES_SHOWN) {
        this.#pages.shift().forEach((row) => row.remove());
        this.#first += 1;
      }
    }
    return rows;
  }

  #update() {
    const shown = this.#pages.reduce((sum, rows) => sum + rows.length, 0);
    const left = this.#sizes.slice(0, this.#first).reduce((sum, size) => sum + size, 0);
    const things = plural(this.#kind);
    this.#say(this.#before, left > 0, `Earlier ${things} (${count(left)})`);
    this.#say(this.#behind, left + shown < this.#total, `More ${things} (${count(left + 1)} to ${count(left + shown)} of ${count(this.#total)} shown)`);
  }

  #say(row, shown, text) {
    row.hidden = !shown;
    if (shown) row.setAttribute("role", "treeitem");
    else row.setAttribute("role", "none");
    row.querySelector(".label").textContent = text;
  }

  async #more() {
    await this.#load(this.#first + this.#pages.length, (rows) => rows[0], this.#behind);
  }

  async #earlier() {
    await this.#load(this.#first - 1, (rows) => rows.at(-1), this.#before);
  }

  async #load(page, whereTo, from) {
    if (from.hasAttribute("aria-busy")) return;
    from.setAttribute("aria-busy", "true");
    try {
      const of = this.#parent ? { of: this.#parent.perm_id, kind: this.#parent.kind } : {};
      const { sections } = await get("tree", { ...of, after: this.#starts[page] });
      const rows = this.#put(page, sections[0]);
      this.#update();
      if (rows.length) this.#tree.focus(whereTo(rows));
    } catch (problem) {
      from.querySelector(".label").textContent = `${problem.message} Try again`;
    } finally {
      from.removeAttribute("aria-busy");
    }
  }
}
