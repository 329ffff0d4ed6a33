// The snapshots of a page: what it showed and could show; whoever may edit switches between them (D-05).
import { get, Wish } from "./api.js";
import { ask } from "./ask.js";
import { badge, stamp } from "./chips.js";
import { h } from "./dom.js";
import { failure } from "./failure.js";
import { frame } from "./frame.js";
import { Table } from "./table.js";
import { toast } from "./toast.js";
import { size } from "./words.js";

export async function showSnapshots(region, page) {
  const { detail } = page;
  const body = h("div", {}, h("p", { class: "muted", role: "status", text: "Loading …" }));
  const said = h("div", { class: "ask-failure" });
  const take = h("button", { type: "button", class: "small", text: "Take one of the newest version", disabled: !detail.may.snapshot.allowed, title: detail.may.snapshot.reason || null });
  const wish = new Wish();
  take.addEventListener("click", () =>
    guarded(said, take, async () => {
      await wish.send("POST", `${of(detail)}/snapshots`, { json: { show: true } });
      toast("The page shows the newest version.");
      await page.reload();
    }),
  );
  region.replaceChildren(h("div", { class: "part-head" }, h("h2", { id: "snapshots-title", text: "Snapshots" }), take), h("p", { class: "muted small-text", text: "Each is what a version looked like when it was taken. The page shows one of them." }), said, body);
  try {
    const { entries } = await get(`${of(detail)}/snapshots`);
    const table = new Table({ caption: "Snapshots, the newest first", columns: columns(page, said) });
    table.show(entries);
    body.replaceChildren(table.element);
  } catch (problem) {
    body.replaceChildren(failure(problem, () => showSnapshots(region, page)));
  }
}

const of = (detail) => `pages/${encodeURIComponent(detail.id)}`;

async function guarded(said, button, work) {
  button.disabled = true;
  said.replaceChildren();
  try {
    await work();
  } catch (problem) {
    said.replaceChildren(failure(problem));
    button.disabled = false;
  }
}

const columns = (page, said) => [
  { key: "version", title: "Version", className: "version", cell: (row) => h("span", { class: "stack" }, h("span", {}, stamp(row.version.saved_at)), h("span", { class: "muted small-text", text: `saved by ${row.version.saved_by}` }), h("span", {}, row.current ? badge("shown", "good") : null)) },
  { key: "code", title: "Code", cell: (row) => row.code },
  { key: "taken", title: "Taken", cell: (row) => h("span", { class: "stack" }, stamp(row.made_at), h("span", { class: "muted small-text", text: `by ${row.made_by}` })) },
  { key: "size", title: "Size", className: "number", cell: (row) => size(row.contains.size) },
  { key: "actions", title: "Actions", hidden: true, className: "doing", cell: (row) => actions(page, said, row) },
];

function actions(page, said, row) {
  const called = `the snapshot of ${new Date(row.made_at).toLocaleString()}`;
  const look = h("button", { type: "button", class: "small", "aria-label": `Look at ${called}`, text: "Look" });
  look.addEventListener("click", () => ask({ title: "Snapshot", about: page.detail.title, kind: "publish-look", parts: [frame(row.frame, called)] }));
  if (row.current) return h("div", { class: "row-actions" }, look);
  const may = page.detail.may["switch-snapshot"] ?? page.detail.may.edit;
  const show = h("button", { type: "button", class: "small", "aria-label": `Show ${called}`, disabled: !may.allowed, title: may.reason || null, text: "Show this one" });
  const wish = new Wish();
  show.addEventListener("click", () =>
    guarded(said, show, async () => {
      page.take(await wish.send("PATCH", of(page.detail), { json: { snapshot_id: row.id }, etag: page.detail.etag }));
      toast("The page shows this snapshot, and stays at it.");
    }),
  );
  return h("div", { class: "row-actions" }, look, show);
}
