// The openBIS tree: a WAI-ARIA tree that loads what is opened, a page at a time. Of a long list only some
// hundred rows stand in the document; "Earlier" and "More" move that window.
import { get } from "./api.js";
import { h } from "./dom.js";
import { count, label, plural } from "./words.js";

const PAGES_SHOWN = 3;

export class Tree {
  #root;
  #onChoose;
  #nodes = new WeakMap(); // row → what it stands for
  #typed = { text: "", at: 0 };

  /** `onChoose(node)` is called when a person chooses an entity. */
  constructor(root, onChoose) {
    this.#root = root;
    this.#onChoose = onChoose;
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The top of the tree. Throws a Problem. */
  async load() {
    const { sections } = await get("tree");
    this.#fill(this.#root, null, sections, 1);
    this.#rows()[0]?.setAttribute("tabindex", "0");
  }

  /** Mark what is shown beside the tree, if it stands here. */
  mark(kind, permId) {
    for (const row of this.#root.querySelectorAll("[aria-selected=true]")) row.setAttribute("aria-selected", "false");
    for (const row of this.#rows()) {
      const { node } = this.#nodes.get(row);
      if (node && node.kind === kind && node.perm_id === permId) row.setAttribute("aria-selected", "true");
    }
  }

  #rows() {
    return [...this.#root.querySelectorAll("[role=treeitem]")].filter((row) => !row.parentElement.closest("[hidden]"));
  }

  #fill(list, parent, sections, level) {
    const filled = sections.filter((section) => section.total > 0);
    list.replaceChildren();
    for (const section of filled) new Window(this, list, parent, section, level);
    if (!filled.length) list.append(h("li", { role: "none", class: "empty", text: parent ? "Nothing in here" : "You see no space yet" }));
  }

  /** @internal One row of an entity. */
  row(node, level, position, total) {
    const row = h(
      "li",
      {
        role: "treeitem",
        tabindex: "-1",
        "aria-level": level,
        "aria-posinset": position,
        "aria-setsize": total,
        "aria-selected": "false",
        "aria-expanded": node.opens ? "false" : null,
        "aria-label": `${label(node)}, ${node.kind} ${node.code}`,
      },
      h(
        "div",
        { class: "row", title: node.identifier },
        h("span", { class: `twisty${node.opens ? "" : " leaf"}`, "aria-hidden": "true" }),
        h("span", { class: `kind ${node.kind}`, "aria-hidden": "true" }),
        h("span", { class: "names" }, h("span", { class: "label", text: label(node) }), node.name ? h("span", { class: "code", text: node.code }) : null),
      ),
    );
    this.#nodes.set(row, { node, level });
    return row;
  }

  /** @internal A row that does something: show more, try again. */
  action(text, level, act) {
    const row = h(
      "li",
      { role: "treeitem", tabindex: "-1", class: "act", "aria-level": level, "aria-selected": "false" },
      h("div", { class: "row" }, h("span", { class: "label", text })),
    );
    this.#nodes.set(row, { act, level });
    return row;
  }

  /** @internal */
  focus(row) {
    for (const other of this.#root.querySelectorAll("[role=treeitem][tabindex='0']")) other.setAttribute("tabindex", "-1");
    row.setAttribute("tabindex", "0");
    row.focus();
    row.firstElementChild.scrollIntoView({ block: "nearest" });
  }

  async #open(row) {
    const { node, level } = this.#nodes.get(row);
    if (!node?.opens || row.getAttribute("aria-expanded") === "true") return;
    row.setAttribute("aria-expanded", "true");
    let group = row.querySelector(":scope > [role=group]");
    if (group) {
      group.hidden = false;
      return;
    }
    group = h("ul", { role: "group" }, h("li", { role: "none", class: "empty", text: "Loading …" }));
    row.append(group);
    row.setAttribute("aria-busy", "true");
    try {
      const { sections } = await get("tree", { of: node.perm_id, kind: node.kind });
      this.#fill(group, node, sections, level + 1);
    } catch (problem) {
      group.replaceChildren(
        this.action(`${problem.message} Try again`, level + 1, () => {
          group.remove();
          row.setAttribute("aria-expanded", "false");
          this.focus(row);
          this.#open(row);
        }),
      );
    } finally {
      row.removeAttribute("aria-busy");
    }
  }

  #close(row) {
    row.setAttribute("aria-expanded", "false");
    row.querySelector(":scope > [role=group]").hidden = true;
  }

  #choose(row) {
    const { node, act } = this.#nodes.get(row);
    if (act) {
      act();
      return;
    }
    this.mark(node.kind, node.perm_id);
    this.#onChoose(node);
  }

  #click(event) {
    const row = event.target.closest("[role=treeitem]");
    if (!row) return;
    this.focus(row);
    const expanded = row.getAttribute("aria-expanded");
    if (event.target.closest(".twisty") && expanded !== null) {
      if (expanded === "true") this.#close(row);
      else this.#open(row);
      return;
    }
    if (this.#onlyOpens(row)) this.#open(row);
    else {
      this.#choose(row);
      this.#open(row);
    }
  }

  /** On a phone the card hides the tree: the first tap on a space or project only opens it. */
  #onlyOpens(row) {
    const { node } = this.#nodes.get(row);
    const holds = node?.kind === "space" || node?.kind === "project";
    return holds && row.getAttribute("aria-expanded") === "false" && matchMedia("(max-width: 760px)").matches;
  }

  #key(event) {
    const row = event.target.closest("[role=treeitem]");
    if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = this.#keys[event.key];
    if (act) act(row);
    else if (event.key.length === 1 && event.key.trim()) this.#type(row, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #keys = {
    ArrowDown: (row) => this.#step(row, 1),
    ArrowUp: (row) => this.#step(row, -1),
    Home: () => this.#go(this.#rows()[0]),
    End: () => this.#go(this.#rows().at(-1)),
    Enter: (row) => this.#choose(row),
    " ": (row) => this.#choose(row),
    ArrowRight: (row) => {
      if (row.getAttribute("aria-expanded") === "false") this.#open(row);
      else if (row.getAttribute("aria-expanded") === "true") this.#go(row.querySelector("[role=group] [role=treeitem]"));
    },
    ArrowLeft: (row) => {
      if (row.getAttribute("aria-expanded") === "true") this.#close(row);
      else this.#go(row.parentElement.closest("[role=treeitem]"));
    },
    "*": (row) => {
      for (const sibling of row.parentElement.querySelectorAll(":scope > [role=treeitem][aria-expanded=false]")) this.#open(sibling);
    },
  };

  #step(row, by) {
    const rows = this.#rows();
    this.#go(rows[rows.indexOf(row) + by]);
  }

  #go(row) {
    if (row) this.focus(row);
  }

  /** Letters go to the next row that begins with them. */
  #type(row, letter) {
    const now = performance.now();
    this.#typed.text = now - this.#typed.at < 600 ? this.#typed.text + letter.toLowerCase() : letter.toLowerCase();
    this.#typed.at = now;
    const rows = this.#rows();
    const from = rows.indexOf(row) + (this.#typed.text.length === 1 ? 1 : 0);
    const ring = [...rows.slice(from), ...rows.slice(0, from)];
    this.#go(ring.find((one) => one.firstElementChild.textContent.trim().toLowerCase().startsWith(this.#typed.text)));
  }
}

/** The entities of one kind in one parent, of which a few pages are shown at a time. */
class Window {
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
