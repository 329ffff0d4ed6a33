// "My imports": what was imported, how far it is, and the way to it.
import { get } from "./api.js";
import { badge, stamp } from "./chips.js";
import { byId, h, link } from "./dom.js";
import { failure } from "./failure.js";
import { Table } from "./table.js";

const region = byId("mine");
const STATES = {
  checking: ["Being prepared", "plain"],
  waiting: ["Not opened yet", "plain"],
  writing: ["Being written", "plain"],
  ready: ["In your files", ""],
  failed: ["Failed", "off"],
  expired: ["Never opened", "plain"],
};

const table = new Table({
  caption: "My imports",
  columns: [
    { key: "name", title: "Name", className: "name", cell: (row) => h("span", { class: "stack" }, h("span", { text: row.name }), h("span", { class: "muted small-text", text: row.path || row.directory })) },
    { key: "from", title: "From", className: "from", cell: from },
    { key: "state", title: "State", cell: state },
    { key: "created", title: "Imported", className: "when", cell: (row) => stamp(row.created_at) },
    { key: "actions", title: "Actions", hidden: true, className: "doing", cell: open },
  ],
});

export async function showMine() {
  try {
    const { imports } = await get("imports");
    if (imports.length) {
      table.show(imports);
      region.replaceChildren(table.element);
    } else region.replaceChildren(h("div", { class: "empty" }, h("p", { text: "You have imported nothing yet." })));
  } catch (problem) {
    region.replaceChildren(failure(problem, showMine));
  } finally {
    region.removeAttribute("aria-busy");
  }
}

function from(row) {
  const again = `?${new URLSearchParams({ url: row.url })}`;
  return h(
    "span",
    { class: "stack" },
    h("a", { href: again, title: "Look at it again", text: row.url }),
    row.commit ? h("span", { class: "muted small-text" }, "commit ", h("code", { text: row.commit.slice(0, 12) })) : null,
  );
}

function state(row) {
  const [text, kind] = STATES[row.state] ?? [row.state, "plain"];
  return h("span", { class: "stack" }, badge(text, kind), row.problem ? h("span", { class: "why", text: row.problem.detail }) : null, row.next_step ? h("span", { class: "why muted", text: row.next_step }) : null);
}

function open(row) {
  if (!row.open) return null;
  const text = row.state === "failed" ? "Try again" : "Open";
  return link(row.open, text, { class: "button small", target: "_blank", rel: "noopener", "aria-label": `${text}: ${row.name}` });
}
