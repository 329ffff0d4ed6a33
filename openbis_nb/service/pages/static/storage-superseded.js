// Versions that newer ones supersede: an admin of the space ticks them, and puts them into the trash.
import { Wish, get } from "./api.js";
import { ask, textField } from "./ask.js";
import { stamp } from "./chips.js";
import { h, link } from "./dom.js";
import { failure } from "./failure.js";
import { Table } from "./table.js";
import { toast } from "./toast.js";
import { count, size } from "./words.js";

const NOT_YOURS = "You may not trash it: that takes the role POWER_USER in its space or project.";
const versions = (number) => (number === 1 ? "1 version" : `${count(number)} versions`);

/** Fill `region` for a space; `changed()` is called when something was trashed. */
export async function showSuperseded(region, space, changed) {
  const rows = [];
  const ticked = new Map(); // permId → row
  const told = h("p", { class: "muted", role: "status" });
  const trash = h("button", { type: "button", class: "danger", on: { click: () => toTrash() }, text: "Move to the trash …" });
  const all = h("button", { type: "button", class: "small", on: { click: () => tickAll() }, text: "Choose all that are shown" });
  const more = h("div", {});
  const table = new Table({
    caption: "Superseded versions",
    columns: [
      { key: "name", title: "Version", className: "name", cell: (row) => h("span", { class: "stack" }, link(row.page, row.name || row.id), h("span", { class: "muted small-text", text: `Version ${row.number} · ${row.id}` })) },
      { key: "owner", title: "Saved by", cell: (row) => row.owner },
      { key: "when", title: "Saved", className: "when", cell: (row) => stamp(row.creationTime) },
      { key: "size", title: "Size", className: "number", cell: (row) => size(row.size) },
      { key: "may", title: "Trash", hidden: true, cell: (row) => (row.removable ? null : h("span", { class: "muted small-text", text: row.told[0] || NOT_YOURS })) },
    ],
    choice: { has: (row) => ticked.has(row.id), set: tick, may: (row) => row.removable, name: (row) => `version ${row.number} of ${row.name || row.notebookId}` },
  });

  function tick(row, is) {
    if (is) ticked.set(row.id, row);
    else ticked.delete(row.id);
    tell();
  }

  function tickAll() {
    for (const row of rows) if (row.removable) ticked.set(row.id, row);
    table.show(rows);
    tell();
  }

  function tell() {
    const chosen = [...ticked.values()];
    told.textContent = chosen.length ? `${versions(chosen.length)} chosen, ${size(chosen.reduce((sum, row) => sum + row.size, 0))}` : "None is chosen.";
    trash.setAttribute("aria-disabled", String(!chosen.length));
  }

  async function toTrash() {
    if (!ticked.size) return toast("Choose versions first.");
    const wish = new Wish();
    const reason = textField({ name: "reason", label: "Reason", value: "Superseded by newer versions", most: 200 });
    const done = await ask({
      title: `Move ${versions(ticked.size)} to the trash`,
      parts: ["openBIS keeps them in its trash, from where they can be brought back. The newest version of each notebook stays."],
      fields: [reason],
      confirm: "Move to the trash",
      danger: true,
      act: () => wish.send("POST", "superseded/trash", { json: { ids: [...ticked.keys()], reason: reason.value } }),
    });
    if (!done) return;
    toast(`${versions(ticked.size)} moved to the trash.`);
    showSuperseded(region, space, changed);
    changed();
  }

  async function load(cursor) {
    try {
      const page = await get("superseded", { space, cursor });
      rows.push(...page.entries);
      if (!page.entries.length && page.cursor) return load(page.cursor); // notebooks without any
      table.show(rows);
      more.replaceChildren(page.cursor ? h("button", { type: "button", on: { click: () => load(page.cursor) }, text: "Show more" }) : "");
      return true;
    } catch (problem) {
      more.replaceChildren(failure(problem, () => load(cursor)));
      return false;
    }
  }

  region.hidden = false;
  const title = h("h2", { id: "superseded-title", text: "Superseded versions" });
  const about = h("p", { class: "muted", text: "All versions but the first and the newest of each notebook. Those that must stay say why." });
  region.replaceChildren(title, about, h("p", { class: "muted", role: "status", text: "Loading …" }));
  const loaded = await load("");
  if (loaded && !rows.length) region.replaceChildren(title, h("p", { class: "muted", text: "No version in this space is superseded." }));
  else region.replaceChildren(title, about, ...(rows.length ? [h("div", { class: "table-head" }, told, all, trash), table.element] : []), more);
  tell();
}
