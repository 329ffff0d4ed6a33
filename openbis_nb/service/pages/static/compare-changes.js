// What changed around the cells: inputs, parameters, environment (F-13); and how many cells differ.
import { dataSetChip } from "./chips.js";
import { h } from "./dom.js";
import { count } from "./words.js";

/** The parts of a comparison that come before its cells. */
export function showChanges({ changes, cells, note }) {
  return [
    changes.known ? null : h("p", { class: "notice", text: "One of the two was saved without a record of its inputs and environment: here only what openBIS itself knows is compared." }),
    h("div", { class: "changes-parts" }, part("Inputs", inputs(changes)), part("Parameters", values(changes.parameters, code)), part("Environment", values(changes.environment, plain))),
    cells ? h("p", { class: "cell-counts" }, h("strong", { text: "Cells: " }), counted(cells)) : null,
    note ? h("p", { class: "notice", text: note }) : null,
  ].filter(Boolean);
}

const part = (title, content) => h("section", {}, h("h3", { text: title }), content ?? h("p", { class: "muted", text: "No change" }));

function inputs({ inputsAdded, inputsRemoved }) {
  if (!inputsAdded.length && !inputsRemoved.length) return null;
  const line = (sign, word, dataSet) => h("li", { class: word }, h("span", { class: "sign", "aria-hidden": "true", text: sign }), h("span", { class: "visually-hidden", text: `${word}: ` }), dataSetChip(dataSet));
  return h("ul", { class: "signed" }, ...inputsRemoved.map((one) => line("−", "removed", one)), ...inputsAdded.map((one) => line("+", "added", one)));
}

function values(changes, shown) {
  if (!changes.length) return null;
  const row = ({ name, before, after }) => h("tr", {}, h("th", { scope: "row", text: name }), h("td", {}, shown(before)), h("td", {}, shown(after)));
  return h(
    "div",
    { class: "values" },
    h("table", {}, h("thead", {}, h("tr", {}, ...["Name", "Base", "Here"].map((text) => h("th", { scope: "col", text })))), h("tbody", {}, ...changes.map(row))),
  );
}

const none = () => h("span", { class: "muted", text: "none" });
const code = (value) => (value === null ? none() : h("code", { text: typeof value === "string" ? value : JSON.stringify(value) }));
const plain = (value) => (value === null ? none() : value);

function counted(cells) {
  const differ = ["added", "removed", "changed", "moved"].filter((kind) => cells[kind]).map((kind) => `${count(cells[kind])} ${kind}`);
  return [...(differ.length ? differ : ["no difference"]), `${count(cells.same)} the same`].join(", ");
}
