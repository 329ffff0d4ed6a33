// The launcher: tree and search on one side, the card of what is chosen on the other, the dialog above both.
import { get, prefix } from "./api.js";
import { showCard } from "./card.js";
import { LaunchDialog } from "./dialog.js";
import { byId, h } from "./dom.js";
import { failure } from "./failure.js";
import { Picker, groupsOf } from "./picker.js";
import { Tree } from "./tree.js";
import { plural, sentence } from "./words.js";

const region = byId("card");
const panes = byId("panes");
const dialog = new LaunchDialog();
const tree = new Tree(byId("tree"), (node) => choose({ kind: node.kind, perm_id: node.perm_id }));
let showing = null; // aborts what is still asked for the card before

// --- what is shown, and the address that says so -------------------------------------------------------

function choose(wanted) {
  const query = new URLSearchParams({ place: wanted.perm_id ?? wanted.place, kind: wanted.kind });
  history.pushState(null, "", `${prefix}?${query}`);
  show(wanted);
}

async function show(wanted, then = null) {
  showing?.abort();
  const asking = (showing = new AbortController());
  panes.dataset.shown = "card";
  region.setAttribute("aria-busy", "true");
  region.replaceChildren(h("p", { class: "muted loading", role: "status", text: "Loading …" }));
  try {
    const hooks = { launch, go: (step) => choose({ kind: step.kind, place: step.identifier }), signal: asking.signal };
    const card = await showCard(region, wanted, hooks);
    if (asking.signal.aborted) return;
    tree.mark(card.kind, card.perm_id);
    document.title = `${card.name || card.code} · openBIS notebooks`;
    if (then) then(card);
    else if (byId("back").offsetParent) region.querySelector("h1").focus(); // on a phone the tree is gone
  } catch (problem) {
    if (!asking.signal.aborted) region.replaceChildren(failure(problem, () => show(wanted, then)));
  } finally {
    if (!asking.signal.aborted) region.removeAttribute("aria-busy");
  }
}

function launch(card, { input = null, download = false } = {}) {
  dialog.open(card, { input, download });
}

function showNothing() {
  showing?.abort();
  panes.dataset.shown = "tree";
  document.title = "Launcher · openBIS notebooks";
  region.replaceChildren(
    h(
      "div",
      { class: "welcome" },
      h("h1", { text: "From openBIS into a notebook" }),
      h("p", { text: "Choose an experiment or object, then More… and New Jupyter notebook. Its data sets come along." }),
    ),
  );
}

// --- the parts of the page -----------------------------------------------------------------------------

new Picker({
  input: byId("search"),
  list: byId("found"),
  status: byId("search-status"),
  load: async (words, signal) => {
    const found = await get("search", { q: words }, signal);
    return [...groupsOf(found.sections, (kind) => sentence(plural(kind))), dataSetGroup(found.data_sets)];
  },
  choose: ({ node, dataSet }) => choose(node ? { kind: node.kind, perm_id: node.perm_id } : { kind: dataSet.owner.kind, perm_id: dataSet.owner.perm_id }),
});

function dataSetGroup(rows) {
  const items = rows
    .filter((row) => row.owner)
    .map((row) => ({ dataSet: row, kind: "data-set-kind", text: row.name || row.perm_id, detail: `${row.type} in ${row.owner.identifier}` }));
  return { label: "Data sets", items, more: "" };
}

byId("back").addEventListener("click", () => {
  panes.dataset.shown = "tree";
  byId("tree").querySelector("[tabindex='0']")?.focus();
});

async function loadTree() {
  const place = byId("tree-failure");
  place.replaceChildren();
  byId("tree").setAttribute("aria-busy", "true");
  try {
    await tree.load();
  } catch (problem) {
    place.replaceChildren(failure(problem, loadTree));
  } finally {
    byId("tree").removeAttribute("aria-busy");
  }
}

/** What the address names: an entity, and on /new the dialog for it. */
async function follow() {
  const query = new URLSearchParams(location.search);
  const [place, kind, inputs] = [query.get("place"), query.get("kind"), query.getAll("input")];
  const isNew = location.pathname === `${prefix}new`;
  if (place) await show({ place, kind }, isNew ? (card) => dialog.open(card, { inputs }) : null);
  else if (isNew && inputs.length) await followDataSet(inputs);
  else {
    showNothing();
    if (isNew) region.prepend(h("p", { class: "notice", text: "Choose where the notebook belongs." }));
  }
}

/** A link that names data sets only: the first one's owner is the place (O-11). */
async function followDataSet(inputs) {
  try {
    const { data_sets: rows } = await get("data-sets", { perm_id: inputs });
    const owner = rows.find((row) => row.owner)?.owner;
    if (owner) await show({ kind: owner.kind, perm_id: owner.perm_id }, (card) => dialog.open(card, { inputs }));
    else region.replaceChildren(h("div", { class: "failure", role: "alert" }, ...rows.map((row) => h("p", { text: `Data set ${row.perm_id}: ${row.note}` }))));
  } catch (problem) {
    region.replaceChildren(failure(problem, () => followDataSet(inputs)));
  }
}

window.addEventListener("popstate", follow);
loadTree();
follow();
