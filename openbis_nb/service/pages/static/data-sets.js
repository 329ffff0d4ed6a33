// The dialog's choice of data sets: those of the owner, a search, and what a link named.
import { get } from "./api.js";
import { stateBadge } from "./card.js";
import { byId, h, meta } from "./dom.js";
import { failure } from "./failure.js";
import { count, date, size } from "./words.js";

const PAUSE = 250; // milliseconds
const MOST_ROWS = 500;

export class DataSetChooser {
  #list = byId("inputs-list");
  #note = byId("inputs-note");
  #total = byId("inputs-total");
  #search = byId("inputs-search");
  #everywhere = byId("inputs-everywhere");
  #owner = null;
  #chosen = new Map(); // permId → row
  #rows = []; // as listed
  #connected = 0;
  #asking = null;
  #timer = 0;
  #limit = Number(meta("data-limit")) || null;

  constructor() {
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#load(), PAUSE);
    });
    this.#search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.#everywhere.addEventListener("change", () => this.#load());
    byId("inputs-all").addEventListener("click", () => this.#choose(this.#rows, true));
    byId("inputs-none").addEventListener("click", () => this.#clear());
    this.#list.addEventListener("change", (event) => {
      const row = this.#rows.find((one) => one.perm_id === event.target.value);
      if (row) this.#choose([row], event.target.checked, false);
    });
  }

  get permIds() {
    return [...this.#chosen.keys()];
  }

  /** Begin anew for an owner (null: none yet). `inputs`: permIds of a link; they are taken instead of what
   * is connected. */
  async begin(owner, inputs = []) {
    this.#owner = owner;
    this.#chosen.clear();
    this.#search.value = "";
    this.#everywhere.checked = false;
    this.#say("");
    await this.#load({ preselect: inputs.length === 0 });
    if (inputs.length) await this.#take(inputs);
  }

  async #take(inputs) {
    try {
      const { data_sets: rows } = await get("data-sets", { perm_id: inputs });
      const seen = rows.filter((row) => row.type);
      const hidden = rows.filter((row) => !row.type);
      for (const row of seen) this.#chosen.set(row.perm_id, row);
      if (hidden.length) this.#say(`Left out: ${hidden.map((row) => `${row.perm_id} (${row.state})`).join(", ")}.`);
      this.#show();
    } catch (problem) {
      this.#say(`The data sets of the link could not be read. ${problem.message}`);
    }
  }

  async #load({ preselect = false, after = "" } = {}) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const words = this.#search.value.trim();
    const everywhere = this.#everywhere.checked;
    if (everywhere ? !words : !this.#owner) {
      this.#rows = [];
      this.#show(everywhere ? "Type a part of a name, or a permId." : "Choose an owner to see its data sets, or search in all of openBIS.");
      return;
    }
    if (!after) this.#list.replaceChildren(h("p", { class: "muted", text: "Loading …" }));
    try {
      const page = await this.#page(words, everywhere, after, asking.signal);
      this.#rows = after ? [...this.#rows, ...page.data_sets] : page.data_sets;
      if (!words && !everywhere) this.#connected = page.total;
      if (preselect) {
        for (const row of page.data_sets) if (page.preselect.includes(row.perm_id)) this.#chosen.set(row.perm_id, row);
        this.#say(page.note);
      }
      this.#show(words ? "No data set fits." : "No data set is connected. A notebook can be made without one.", page);
    } catch (problem) {
      if (asking.signal.aborted) return;
      this.#list.replaceChildren(failure(problem, () => this.#load({ preselect, after })));
    }
  }

  #page(words, everywhere, after, signal) {
    if (everywhere) return get("data-sets", { q: words, after }, signal);
    return get(`entities/${encodeURIComponent(this.#owner.perm_id)}/data-sets`, { kind: this.#owner.kind, q: words, after }, signal);
  }

  /** List what was found; without a search what is chosen from elsewhere stands first. */
  #show(empty = "", page = null) {
    const listed = new Set(this.#rows.map((row) => row.perm_id));
    const pinned = this.#search.value.trim() ? [] : [...this.#chosen.values()].filter((row) => !listed.has(row.perm_id));
    this.#rows = [...pinned, ...this.#rows];
    const lines = this.#rows.map((row) => this.#line(row));
    const parts = lines.length ? [h("ul", {}, ...lines)] : [h("p", { class: "muted", text: empty })];
    if (page?.after && this.#rows.length < MOST_ROWS) {
      const left = count(page.total - this.#rows.length);
      parts.push(h("button", { type: "button", class: "small", on: { click: () => this.#load({ after: page.after }) }, text: `Show more (${left} left)` }));
    } else if (page?.after) parts.push(h("p", { class: "muted", text: "Search to see the others." }));
    this.#list.replaceChildren(...parts);
    this.#sum();
  }

  #line(row) {
    return h(
      "li",
      {},
      h(
        "label",
        {},
        h("input", { type: "checkbox", value: row.perm_id, checked: this.#chosen.has(row.perm_id) }),
        h("span", { class: "data-text" }, h("span", { class: "data-name", text: row.name || row.perm_id }), h("span", { class: "muted small-text", text: this.#details(row) })),
        stateBadge(row),
      ),
    );
  }

  #details(row) {
    const owner = row.owner && row.owner.perm_id !== this.#owner?.perm_id ? row.owner.identifier : "";
    return [row.type, size(row.size), date(row.registered_at), owner].filter(Boolean).join(" · ");
  }

  #choose(rows, chosen, redraw = true) {
    for (const row of rows) {
      if (chosen) this.#chosen.set(row.perm_id, row);
      else this.#chosen.delete(row.perm_id);
    }
    if (redraw) this.#tick();
    this.#sum();
  }

  #clear() {
    this.#chosen.clear();
    this.#tick();
    this.#sum();
  }

  #tick() {
    for (const box of this.#list.querySelectorAll("input[type=checkbox]")) box.checked = this.#chosen.has(box.value);
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = !text;
  }

  #sum() {
    const chosen = [...this.#chosen.values()];
    const bytes = chosen.reduce((sum, row) => sum + (row.size ?? 0), 0);
    const off = chosen.filter((row) => !row.readable).length;
    const parts = [chosen.length ? `${count(chosen.length)} chosen, ${size(bytes)}` : "None chosen"];
    if (this.#limit && bytes > this.#limit) parts.push(`more than the ${size(this.#limit)} that your server has room for: open them one by one in the notebook`);
    if (off) parts.push(`${count(off)} cannot be read now; the notebook starts without ${off === 1 ? "it" : "them"} and says so`);
    this.#total.textContent = `${parts.join("; ")}.`;
    this.#total.classList.toggle("warn", parts.length > 1);
  }
}
