// The card of an entity: what it is, its properties, its data sets, and the menu.
import { get } from "./api.js";
import { h, link } from "./dom.js";
import { failure } from "./failure.js";
import { notebooksOf, usersOf } from "./library-links.js";
import { menuButton } from "./menu.js";
import { count, date, sentence, size } from "./words.js";

/**
 * Show an entity in `region`. `hooks`: `launch(card, {download, input})` opens the dialog, `go(step)` shows
 * another entity. Gives the card; throws a Problem.
 */
export async function showCard(region, wanted, hooks) {
  const path = wanted.perm_id ? `entities/${encodeURIComponent(wanted.perm_id)}` : "entities";
  const card = await get(path, { kind: wanted.kind, place: wanted.perm_id ? null : wanted.place }, hooks.signal);
  const dataSets = h("section", { class: "data", "aria-labelledby": "data-title" });
  region.replaceChildren(
    h(
      "article",
      { class: "entity" },
      way(card, hooks),
      h(
        "header",
        { class: "entity-head" },
        h("div", {}, h("h1", { tabindex: "-1", text: card.name || card.code }), subtitle(card)),
        h(
          "div",
          { class: "entity-actions" },
          link(notebooksOf(card.kind, card.perm_id), "Notebooks stored here", { class: "button" }),
          card.link ? link(card.link, "Open in the ELN", { class: "button", target: "_blank", rel: "noreferrer" }) : null,
          menu(card, hooks),
        ),
      ),
      standing(card),
      facts(card),
      dataSets,
    ),
  );
  showDataSets(dataSets, card, hooks);
  return card;
}

const menuItems = (card, hooks, input = null) => [
  { text: "New Jupyter notebook", act: () => hooks.launch(card, { input }) },
  { text: "Create & download", act: () => hooks.launch(card, { input, download: true }) },
];
const menu = (card, hooks) => menuButton("More…", menuItems(card, hooks));

function way(card, hooks) {
  if (!card.path.length) return null;
  const steps = card.path.map((step) =>
    h("li", {}, h("button", { type: "button", class: "plain", on: { click: () => hooks.go(step) }, title: step.identifier, text: step.code })),
  );
  return h("nav", { class: "way", "aria-label": "Where it lies" }, h("ol", {}, ...steps));
}

function subtitle(card) {
  return h(
    "p",
    { class: "muted" },
    h("span", { class: `kind ${card.kind}`, "aria-hidden": "true" }),
    `${sentence(card.kind)}${card.type ? ` of type ${card.type}` : ""}`,
  );
}

function standing(card) {
  if (card.frozen) return h("p", { class: "notice warn", text: "Frozen: no notebook can be saved here. A notebook made here can be saved to another entity." });
  if (card.may_add === false)
    return h("p", { class: "notice warn", text: "You may look, but not add: no notebook can be saved here. That takes the role USER in the space or project." });
  return null;
}

function facts(card) {
  const rows = [
    ["Identifier", card.identifier],
    ["PermId", card.kind === "space" ? "" : card.perm_id],
    ["Registered", [date(card.registered_at), card.registrator && `by ${card.registrator}`].filter(Boolean).join(" ")],
    ...card.properties.map((property) => [property.label, property.value, property.code]),
  ];
  return h(
    "dl",
    { class: "facts" },
    ...rows.filter(([, value]) => value).map(([name, value, code]) => h("div", {}, h("dt", { title: code ?? null, text: name }), h("dd", { text: value }))),
  );
}

async function showDataSets(section, card, hooks) {
  const list = h("ul", { class: "data-list" });
  const title = h("h2", { id: "data-title", text: "Data sets" });
  const behind = h("div", {}, h("p", { class: "muted", role: "status", text: "Loading …" }));
  section.replaceChildren(title, list, behind);
  const more = async (after) => {
    try {
      const page = await get(`entities/${encodeURIComponent(card.perm_id)}/data-sets`, { kind: card.kind, after }, hooks.signal);
      title.textContent = page.total ? `Data sets (${count(page.total)})` : "Data sets";
      list.append(...page.data_sets.map((row) => line(row, card, hooks)));
      if (page.after) {
        const left = page.total - list.children.length;
        behind.replaceChildren(h("button", { type: "button", on: { click: () => more(page.after) }, text: `Show more (${count(left)} left)` }));
      } else behind.replaceChildren(...(page.total ? [] : [h("p", { class: "muted", text: "No data sets yet." })]));
    } catch (problem) {
      if (!hooks.signal?.aborted) behind.replaceChildren(failure(problem, () => more(after)));
    }
  };
  await more("");
}

function line(row, card, hooks) {
  const name = row.name || row.perm_id;
  const elsewhere = row.owner && row.owner.perm_id !== card.perm_id ? row.owner.identifier : "";
  return h(
    "li",
    { class: "data-set" },
    h("span", { class: "kind data-set-kind", "aria-hidden": "true" }),
    h(
      "div",
      { class: "data-text" },
      h("p", { class: "data-name" }, row.link ? link(row.link, name, { target: "_blank", rel: "noreferrer" }) : name),
      h("p", { class: "muted small-text" }, [row.type, size(row.size), date(row.registered_at), row.name ? row.perm_id : "", elsewhere].filter(Boolean).join(" · ")),
    ),
    stateBadge(row),
    menuButton("More…", [...menuItems(card, hooks, row), { text: "Notebooks that used it", act: () => location.assign(usersOf(row.perm_id)) }], { small: true, name: `More for data set ${name}` }),
  );
}

/** The state in words and colour; its meaning as a tooltip. */
export function stateBadge(row) {
  return h("span", { class: `state ${row.readable ? "good" : "off"}`, title: row.note || null, text: row.state });
}
