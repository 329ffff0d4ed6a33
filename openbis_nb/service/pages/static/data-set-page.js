// A data set: which notebooks used it, which of them are out of date, and where it stands.
import { get } from "./api.js";
import { badge, entityChip, stamp } from "./chips.js";
import { byId, h, link, meta } from "./dom.js";
import { failure } from "./failure.js";
import { lineagePicture } from "./lineage.js";
import { Table } from "./table.js";
import { count } from "./words.js";

const id = meta("data-set");

async function load() {
  try {
    const impact = await get("impact", { dataSet: id });
    const name = impact.dataSet.name || impact.dataSet.permId;
    document.title = `${name} · openBIS notebooks`;
    byId("head").replaceChildren(...head(impact, name));
    byId("used").hidden = byId("lineage").hidden = false;
    byId("notebooks").replaceChildren(...notebooks(impact));
    await showLineage(name);
  } catch (problem) {
    byId("head").replaceChildren(failure(problem, load));
  }
}

function head({ dataSet, newer, note }, name) {
  const eln = dataSet.link ? link(dataSet.link, "Open in the ELN", { class: "button", target: "_blank", rel: "noreferrer" }) : null;
  return [
    h(
      "header",
      { class: "page-head" },
      h("div", {}, h("h1", { text: name }), h("p", { class: "muted" }, h("span", { class: "kind data-set-kind", "aria-hidden": "true" }), ` ${[`Data set of type ${dataSet.type}`, dataSet.name ? dataSet.permId : ""].filter(Boolean).join(" · ")}`)),
      h("div", { class: "actions" }, eln),
    ),
    newer ? h("p", { class: "notice warn" }, "There is a newer version of this data set: ", newer.page ? link(newer.page, newer.name || newer.permId) : newer.permId, newer.name ? ` (${newer.permId})` : "", ".") : null,
    note ? h("p", { class: "notice", text: note }) : null,
  ].filter(Boolean);
}

function notebooks({ notebooks: rows, outdated }) {
  if (!rows.length) return [h("p", { class: "muted", text: "No notebook that you may see used it." })];
  const old = new Set(outdated);
  const columns = [
    { key: "name", title: "Name", className: "name", cell: (row) => h("span", { class: "stack" }, link(row.page, row.name || row.id), old.has(row.id) ? badge("out of date") : null) },
    { key: "owner", title: "Author", cell: (row) => row.owner },
    { key: "latest", title: "Latest version", className: "when", cell: (row) => stamp(row.lastCheckpointTime) },
    { key: "storedIn", title: "Stored in", cell: (row) => entityChip(row.storedIn) },
  ];
  const table = new Table({ caption: "Notebooks that used it", columns });
  table.show([...rows].sort((one, two) => old.has(two.id) - old.has(one.id)));
  const said = old.size ? `${count(old.size)} of ${count(rows.length)} out of date: made with older data.` : `${count(rows.length)}, all with the newest data.`;
  return [h("p", { class: "muted", text: said }), table.element];
}

async function showLineage(name) {
  byId("picture").replaceChildren(h("p", { class: "muted", role: "status", text: "Loading …" }));
  try {
    byId("picture").replaceChildren(lineagePicture(await get("lineage", { of: id }), `“${name}”`));
  } catch (problem) {
    byId("picture").replaceChildren(failure(problem, () => showLineage(name)));
  }
}

load();
