// A search field with a list below it (WAI-ARIA combobox): waits until typing pauses, drops stale answers.
import { freshId, h } from "./dom.js";

const PAUSE = 250; // milliseconds

export class Picker {
  #input;
  #list;
  #status;
  #load;
  #choose;
  #empty;
  #asking = null;
  #timer = 0;
  #items = new Map(); // id of an option → its item
  #active = null;

  /**
   * `load(words, signal)` gives groups `{label, items, more}`, or null for no list; items have `text`, `detail`, `kind`.
   * `choose(item)` is told of a choice. `empty`: also ask when nothing is typed.
   */
  constructor({ input, list, status, load, choose, empty = false }) {
    this.#input = input;
    this.#list = list;
    this.#status = status;
    this.#load = load;
    this.#choose = choose;
    this.#empty = empty;
    input.addEventListener("input", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.#take(event.target.closest("[role=option]")));
  }

  /** Ask now, e.g. when the field gets the focus. */
  ask() {
    clearTimeout(this.#timer);
    this.#ask();
  }

  close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#items.clear();
    this.#mark(null);
    this.#input.setAttribute("aria-expanded", "false");
    this.#status.textContent = "";
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const words = this.#input.value.trim();
    if (!words && !this.#empty) {
      this.close();
      return;
    }
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.#status.textContent = "Searching …";
    try {
      const groups = await this.#load(words, asking.signal);
      if (asking.signal.aborted) return;
      if (groups) this.#show(groups);
      else this.close();
    } catch (problem) {
      if (asking.signal.aborted) return;
      this.#show([]);
      this.#status.textContent = `${problem.message} ${problem.nextStep ?? ""}`;
    }
  }

  #show(groups) {
    this.#items.clear();
    this.#mark(null);
    this.#list.replaceChildren(...groups.filter((group) => group.items.length).map((group) => this.#group(group)));
    const found = this.#items.size;
    this.#list.hidden = found === 0;
    this.#input.setAttribute("aria-expanded", String(found > 0));
    this.#status.textContent = found === 0 ? "Nothing found that you may see." : `${found} found.`;
  }

  #group(group) {
    const heading = freshId("group");
    return h(
      "li",
      { role: "group", "aria-labelledby": heading },
      h("p", { class: "group", id: heading, role: "presentation" }, group.label),
      h("ul", { role: "presentation" }, ...group.items.map((item) => this.#option(item))),
      group.more ? h("p", { class: "more", role: "presentation", text: group.more }) : null,
    );
  }

  #option(item) {
    const id = freshId("option");
    this.#items.set(id, item);
    return h(
      "li",
      { role: "option", id, "aria-selected": "false" },
      h("span", { class: `kind ${item.kind}`, "aria-hidden": "true" }),
      h("span", { class: "label", text: item.text }),
      h("span", { class: "code", text: item.detail }),
    );
  }

  #key(event) {
    const options = [...this.#list.querySelectorAll("[role=option]")];
    const at = options.indexOf(this.#active);
    if (event.key === "ArrowDown" && options.length) this.#mark(options[(at + 1) % options.length]);
    else if (event.key === "ArrowDown" && this.#empty) this.ask();
    else if (event.key === "ArrowUp" && options.length) this.#mark(options[(at <= 0 ? options.length : at) - 1]);
    else if (event.key === "Enter" && (this.#active || options.length === 1)) this.#take(this.#active ?? options[0]);
    else if (event.key === "Enter") this.ask();
    else if (event.key === "Escape" && !this.#list.hidden) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #mark(option) {
    this.#active?.setAttribute("aria-selected", "false");
    this.#active = option;
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", option.id);
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #take(option) {
    const item = option && this.#items.get(option.id);
    if (item) this.#choose(item);
  }
}

/** Groups of a picker from the sections of a search. */
export function groupsOf(sections, heading) {
  return sections.map((section) => ({
    label: heading(section.kind),
    items: section.nodes.map((node) => ({ node, kind: node.kind, text: node.name || node.code, detail: node.identifier })),
    more: section.total > section.nodes.length ? `${section.total - section.nodes.length} more; type more of the name.` : "",
  }));
}
