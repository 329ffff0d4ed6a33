// The openBIS tree: a WAI-ARIA tree that loads what is opened, a page at a time. Of a long list only some
// hundred rows stand in the document; "Earlier" and "More" move that window.
import { get } from "./api.js";
import { h } from "./dom.js";
import { TreeWindow } from "./tree-window.js";
import { label } from "./words.js";

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

  /** The top of the tree; where it is one space only, what lies in it, too. Throws a Problem. */
  async load() {
    this.#root.replaceChildren(h("li", { role: "none", class: "empty", text: "Loading …" }));
    try {
      const { sections } = await get("tree");
      this.#fill(this.#root, null, sections, 1);
    } catch (problem) {
      this.#root.replaceChildren();
      throw problem;
    }
    const rows = this.#rows();
    rows[0]?.setAttribute("tabindex", "0");
    if (rows.length === 1) await this.#open(rows[0]);
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
    for (const section of filled) new TreeWindow(this, list, parent, section, level);
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
