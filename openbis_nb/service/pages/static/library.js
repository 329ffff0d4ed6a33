// The library's table: every notebook that openBIS shows to this person.
import { get, prefix } from "./api.js";
import { byId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { Filters } from "./library-filters.js";
import { compareOf, library } from "./library-links.js";
import { columns } from "./library-rows.js";
import { PAGE, addressOf, filters, parametersOf, readState } from "./library-state.js";
import { upload } from "./upload.js";
import { Table } from "./table.js";
import { toastFromBefore } from "./toast.js";
import { count, sentence } from "./words.js";

const START = { page: 1, after: "" };
const FIRST_LOOK = 3_000; // milliseconds
const LAST_LOOK = 60_000;
const chosen = new Map(); // notebook id → row; over all pages of the table
let state = readState();
let asking = null; // aborts what is still asked for the state before
let onward = START; // where the next page is
let place = null; // the entity whose notebooks are shown, as far as known
let again = 0; // timer of the next look while notebooks are still being read in

const bar = new Filters((part, typing = false) => go({ ...state, ...part, ...START }, typing));
const table = new Table({
  caption: "Notebooks",
  columns,
  choice: {
    has: (row) => chosen.has(row.id),
    set: (row, on) => {
      if (on) chosen.set(row.id, row);
      else chosen.delete(row.id);
      showChosen();
    },
    name: (row) => row.name,
  },
  onSort: (order) => go({ ...state, order, ...START }),
});

// --- the address and what it shows ----------------------------------------------------------------------

function go(next, typing = false) {
  state = next;
  if (typing) history.replaceState(null, "", addressOf(state));
  else history.pushState(null, "", addressOf(state));
  show();
}

async function show() {
  asking?.abort();
  clearTimeout(again);
  const now = (asking = new AbortController());
  bar.show(state);
  byId("table").setAttribute("aria-busy", "true");
  if (!byId("table").children.length) byId("table").replaceChildren(h("p", { class: "muted loading", text: "Loading …" }));
  byId("count").textContent = "Loading …";
  const placed = showPlace(now.signal);
  try {
    const list = await get("notebooks", parametersOf(state), now.signal);
    if (!list.entries.length) await placed; // what is empty is called by its name
    if (now.signal.aborted) return;
    showList(list);
    if (!list.complete) lookAgain(now.signal, FIRST_LOOK);
  } catch (problem) {
    if (now.signal.aborted) return;
    for (const id of ["note", "pages"]) byId(id).hidden = true;
    byId("count").textContent = "";
    byId("table").replaceChildren(failure(problem, show));
  } finally {
    if (!now.signal.aborted) byId("table").removeAttribute("aria-busy");
  }
}

/** Without being asked, and without taking anything from under somebody's hands. */
function lookAgain(signal, pause) {
  again = setTimeout(async () => {
    const used = byId("table").contains(document.activeElement) || document.querySelector("dialog[open]");
    const list = used ? null : await get("notebooks", parametersOf(state), signal).catch(() => null);
    if (signal.aborted) return;
    if (list) showList(list);
    if (!list?.complete) lookAgain(signal, Math.min(2 * pause, LAST_LOOK));
  }, pause);
}

function showList(list) {
  bar.offer("author", list.authors, state.authors[0] ?? "");
  bar.offer("template", list.templates, state.template);
  const first = (state.page - 1) * PAGE + 1;
  const last = first + list.entries.length - 1;
  byId("count").textContent = list.entries.length ? counted(list, first, last) : "";
  showNote(list);
  if (list.entries.length) {
    table.show(list.entries, state.order);
    if (table.element.parentElement !== byId("table")) byId("table").replaceChildren(table.element);
  } else byId("table").replaceChildren(nothing(list));
  byId("pages").hidden = state.page === 1 && !state.after && !list.cursor;
  byId("previous").disabled = state.page === 1 && !state.after;
  byId("previous").textContent = state.after ? "First page" : "Previous";
  byId("next").disabled = !list.cursor;
  onward = list.matchingItemCount === null ? { after: list.cursor } : { page: state.page + 1 };
  byId("page").textContent = state.after ? "" : list.matchingItemCount === null ? `Page ${count(state.page)}` : `Page ${count(state.page)} of ${count(Math.max(state.page, Math.ceil(list.matchingItemCount / PAGE)))}`;
}

function counted(list, first, last) {
  const part = first === last ? count(first) : `${count(first)} to ${count(last)}`;
  const [matching, total] = [list.matchingItemCount, list.totalItemCount];
  if (state.after) return `${count(list.entries.length)} more.`;
  if (matching === null && first === 1 && !list.cursor && list.complete) return `${count(last)} ${last === 1 ? "notebook fits" : "notebooks fit"}.`;
  if (matching === null) return `${part}. How many there are in all is not known yet.`;
  const few = total !== null && total !== matching;
  const all = `${count(matching)} ${few ? `of ${count(total)} ` : ""}${(few ? total : matching) === 1 ? "notebook" : "notebooks"}${few ? " fit" : ""}`;
  return first === 1 && last === matching ? `${all}.` : `${all}; ${part} are shown.`;
}

/** Versions may still be read in: then rows, numbers and filters are not complete, and that is said. */
function showNote(list) {
  const text = list.note || (list.complete ? "" : "Notebooks are still being read in from openBIS: there may be more than are shown here.");
  byId("note").hidden = !text;
  byId("note").replaceChildren(text, list.complete ? "" : h("button", { type: "button", class: "small", on: { click: show }, text: "Look again" }));
}

function nothing(list) {
  const filtered = filters(state) || state.text;
  if (list.cursor) return empty("None in this part.", "Not all notebooks were looked through yet.", h("button", { type: "button", on: { click: () => turn() }, text: "Look further" }));
  if (state.page > 1) return empty("There is no such page.", "Fewer notebooks fit now than before.", h("button", { type: "button", on: { click: () => go({ ...state, ...START }) }, text: "To the first page" }));
  if (filtered) return empty("No notebook fits.", list.complete ? "Search for less, or clear the filters." : "Some are still being read in; look again in a minute, or clear the filters.", h("button", { type: "button", on: { click: () => byId("clear").click() }, text: "Clear all" }));
  if (!list.complete) return empty("Nothing to show yet.", "Notebooks are still being read in from openBIS.", h("button", { type: "button", on: { click: show }, text: "Look again" }));
  if (state.place && !place) return empty("There is nothing to see here.", "openBIS shows you no such place, or it was deleted.", link(library, "All notebooks", { class: "button" }));
  if (place) return empty(`No notebook is stored in ${place.identifier} yet.`, "A notebook comes here when it is saved to openBIS.", newHere());
  return empty("No notebook yet.", "Notebooks come here when they are saved to openBIS. Begin with an experiment or object.", link(prefix, "To the launcher", { class: "button primary" }));
}

const empty = (title, text, action) => h("div", { class: "empty" }, h("h2", { text: title }), h("p", { class: "muted", text }), action);
const newHere = () => link(`${prefix}new?${new URLSearchParams({ place: state.place.permId, kind: state.place.kind })}`, "New Jupyter notebook", { class: "button primary" });

// --- whose notebooks ------------------------------------------------------------------------------------

async function showPlace(signal) {
  const wanted = state.place;
  if (wanted?.permId !== place?.perm_id || !wanted) {
    place = null;
    heading("Notebooks", "All that openBIS shows you.");
    if (!wanted) bar.showPlace("");
    else await readPlace(wanted, signal);
  }
}

async function readPlace(wanted, signal) {
  bar.showPlace(wanted.permId);
  try {
    place = await get(`entities/${encodeURIComponent(wanted.permId)}`, { kind: wanted.kind }, signal);
  } catch (problem) {
    if (!signal.aborted) heading("Notebooks", `${sentence(wanted.kind)} ${wanted.permId}: ${problem.message}`, link(library, "All notebooks"));
    return;
  }
  if (signal.aborted) return;
  bar.showPlace(place.identifier);
  heading(
    `Notebooks of ${place.name || place.code}`,
    h("span", { class: `kind ${place.kind}`, "aria-hidden": "true" }),
    `${sentence(place.kind)} ${place.identifier}`,
    place.link ? link(place.link, "in the ELN", { target: "_blank", rel: "noreferrer" }) : null,
    link(library, "All notebooks"),
  );
}

function heading(title, ...below) {
  byId("heading").textContent = title;
  byId("scope").replaceChildren(...below.filter(Boolean));
  document.title = `${title} · openBIS notebooks`;
}

// --- what is chosen -------------------------------------------------------------------------------------

function showChosen() {
  const enough = chosen.size >= 2;
  byId("compare").setAttribute("aria-disabled", String(!enough));
  byId("compare").classList.toggle("primary", enough);
  byId("compare").textContent = chosen.size ? `Compare (${count(chosen.size)})` : "Compare";
  byId("chosen").textContent = ["Choose two or more notebooks to compare them.", "One chosen; choose what to compare it with."][chosen.size] ?? `${count(chosen.size)} chosen; the first is what the others are compared with.`;
  byId("unchoose").hidden = chosen.size === 0;
}

byId("compare").addEventListener("click", () => {
  if (chosen.size < 2) return;
  const [base, ...others] = [...chosen.values()].map((row) => row.lastCheckpointId);
  location.assign(compareOf(base, others));
});
byId("unchoose").addEventListener("click", () => {
  chosen.clear();
  for (const box of byId("table").querySelectorAll(".tick input")) {
    box.checked = false;
    box.closest("tr").classList.remove("chosen");
  }
  showChosen();
  byId("compare").focus(); // the button that was pressed is gone
});
byId("upload").addEventListener("click", async () => {
  if (await upload(place && ["experiment", "object"].includes(place.kind) ? place : null)) show();
});

function turn(to = onward) {
  go({ ...state, ...START, ...to });
  byId("main").focus();
  scrollTo(0, 0);
}
byId("previous").addEventListener("click", () => turn(state.after ? {} : { page: state.page - 1 }));
byId("next").addEventListener("click", () => turn());

window.addEventListener("popstate", () => {
  state = readState();
  byId("text").value = state.text;
  show();
});
showChosen();
show();
toastFromBefore();
