// A table that can be sorted by its headers and of which rows can be chosen; on a phone each row is a card.
import { h } from "./dom.js";

/**
 * `columns`: `{key, title, cell(row), sort, descends, className}`; `sort`: its header orders by it, first
 * downwards where it `descends`. `id(row)`, `name(row)`: what is chosen, and how a person calls it.
 */
export class Table {
  #columns;
  #body = h("tbody", { role: "rowgroup" });
  #heads = new Map();
  #choice;
  element;

  constructor({ caption, columns, choice = null, onSort = null }) {
    this.#columns = columns;
    this.#choice = choice;
    const heads = columns.map((column) => this.#head(column, onSort));
    if (choice) heads.unshift(h("th", { role: "columnheader", scope: "col", class: "tick" }, h("span", { class: "visually-hidden", text: "Chosen" })));
    this.element = h(
      "table",
      { class: "rows", role: "table" },
      h("caption", { class: "visually-hidden", text: caption }),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...heads)),
      this.#body,
    );
  }

  /** `order`: `{key, descending}` that the rows have. */
  show(rows, order = null) {
    for (const [key, head] of this.#heads) {
      const sorted = order?.key === key;
      if (sorted) head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    this.#body.replaceChildren(...rows.map((row) => this.#row(row)));
  }

  #head(column, onSort) {
    const head = h("th", { role: "columnheader", scope: "col", class: column.className ?? null });
    if (!column.sort || !onSort) {
      head.append(column.hidden ? h("span", { class: "visually-hidden", text: column.title }) : column.title);
      return head;
    }
    const turn = () => {
      const now = head.getAttribute("aria-sort");
      onSort({ key: column.key, descending: now ? now === "ascending" : Boolean(column.descends) });
    };
    head.append(h("button", { type: "button", class: "sort", on: { click: turn } }, column.title, h("span", { class: "arrow", "aria-hidden": "true" })));
    this.#heads.set(column.key, head);
    return head;
  }

  #row(row) {
    const cells = this.#columns.map((column, index) => {
      const heads = index === 0; // the first column names the row
      return h(heads ? "th" : "td", { role: heads ? "rowheader" : "cell", scope: heads ? "row" : null, class: column.className ?? null, "data-title": column.hidden ? null : column.title }, column.cell(row));
    });
    const line = h("tr", { role: "row" });
    if (this.#choice) cells.unshift(this.#tick(row, line));
    line.append(...cells);
    return line;
  }

  #tick(row, line) {
    const { has, set, name, may = () => true } = this.#choice;
    const box = h("input", { type: "checkbox", checked: has(row), disabled: !may(row), "aria-label": `Choose ${name(row)}` });
    line.classList.toggle("chosen", has(row));
    box.addEventListener("change", () => {
      set(row, box.checked);
      line.classList.toggle("chosen", box.checked);
    });
    return h("td", { role: "cell", class: "tick" }, box);
  }
}
