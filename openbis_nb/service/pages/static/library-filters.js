// The search field, the choice of a place, and the filters above the table.
import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { KINDS, filters } from "./library-state.js";
import { Picker, groupsOf } from "./picker.js";
import { plural, sentence } from "./words.js";

const PAUSE = 350; // milliseconds
const CHOICES = { author: "Anybody", template: "Any" };

export class Filters {
  #state;
  #change;
  #timer = 0;
  #picker;
  #place = ""; // what the field of the place shows

  /** `change(part, typing)` is told of what a person changes; `typing`: more may follow. */
  constructor(change) {
    this.#change = change;
    byId("filters").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search(false);
    });
    byId("text").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(true), PAUSE);
    });
    byId("author").addEventListener("change", (event) => change({ authors: [event.target.value].filter(Boolean) }));
    for (const id of ["template", "since", "until"]) byId(id).addEventListener("change", (event) => change({ [id]: event.target.value }));
    byId("newer").addEventListener("change", (event) => change({ newer: event.target.checked ? "1" : "" }));
    byId("clear").addEventListener("click", () => {
      change({ place: null, authors: [], text: "", template: "", since: "", until: "", newer: "", dataSet: "" });
      byId("text").focus();
    });
    byId("more").open = matchMedia("(min-width: 761px)").matches;
    this.#choosePlace();
  }

  /** Show what the address says. */
  show(state) {
    clearTimeout(this.#timer);
    this.#state = state;
    if (document.activeElement !== byId("text")) byId("text").value = state.text;
    for (const id of ["since", "until"]) byId(id).value = state[id];
    byId("newer").checked = Boolean(state.newer);
    this.offer("author", [], state.authors[0] ?? "");
    this.offer("template", [], state.template);
    const set = filters(state);
    byId("more-count").textContent = set ? `(${set})` : "";
    byId("clear").hidden = !set && !state.text && !state.place;
    if (set) byId("more").open = true;
  }

  /** What there is to choose from; what is chosen stays, known or not. */
  offer(id, facets, chosen) {
    const known = facets.some((facet) => facet.value === chosen);
    const all = chosen && !known ? [...facets, { value: chosen, label: chosen }] : facets;
    byId(id).replaceChildren(h("option", { value: "", text: CHOICES[id] }), ...all.map((facet) => h("option", { value: facet.value, text: facet.label || facet.value })));
    byId(id).value = chosen;
  }

  /** The place as people read it. */
  showPlace(text) {
    this.#place = text;
    byId("where").value = text;
  }

  #search(typing) {
    clearTimeout(this.#timer);
    const text = byId("text").value.trim();
    if (text !== this.#state.text) this.#change({ text }, typing);
  }

  #choosePlace() {
    const where = byId("where");
    this.#picker = new Picker({
      input: where,
      list: byId("where-list"),
      status: byId("where-status"),
      empty: true,
      load: (words, signal) => this.#places(words, signal),
      choose: (item) => {
        this.#picker.close();
        this.showPlace(item.node ? item.node.identifier : "");
        this.#change({ place: item.node ? { kind: item.node.kind, permId: item.node.perm_id } : null });
      },
    });
    where.addEventListener("focus", () => where.select());
    where.addEventListener("click", () => this.#picker.ask());
    where.addEventListener("blur", () => {
      this.#picker.close();
      if (where.value.trim() === "" && this.#state.place) this.#change({ place: null });
      else where.value = this.#place;
    });
  }

  async #places(words, signal) {
    const all = { label: "Everything", items: [{ node: null, kind: "space", text: "All of openBIS", detail: "" }], more: "" };
    if (!words || words === this.#place) {
      const { sections } = await get("tree", {}, signal);
      return [all, ...groupsOf(sections, (kind) => sentence(plural(kind)))];
    }
    const { sections } = await get("search", { q: words, kind: KINDS }, signal);
    return groupsOf(sections, (kind) => sentence(plural(kind)));
  }
}
