// Lineage of the version that is shown: what it comes from, and what came of it.
import { get } from "./api.js";
import { h, link } from "./dom.js";
import { failure } from "./failure.js";

export async function showLineage(region, page) {
  const { version } = page;
  region.replaceChildren(h("p", { class: "muted", role: "status", text: "Loading …" }));
  try {
    const graph = await get("lineage", { of: version.id });
    if (page.version.id === version.id) region.replaceChildren(...lists(graph));
  } catch (problem) {
    region.replaceChildren(failure(problem, () => showLineage(region, page)));
  }
}

function lists(graph) {
  const before = graph.nodes.filter((node) => node.column < 0);
  const after = graph.nodes.filter((node) => node.column > 0);
  return [
    h("div", { class: "lineage" }, list("Comes from", before, "No data set or notebook went into it."), list("Led to", after, "Nothing was made from it yet.")),
    ...(graph.cut ? [h("p", { class: "muted", text: "Not all of it is shown." })] : []),
  ];
}

function list(title, nodes, none) {
  const lines = nodes.map((node) =>
    h(
      "li",
      { class: "chip" },
      h("span", { class: `kind ${node.kind === "version" ? "notebook-kind" : "data-set-kind"}`, "aria-hidden": "true" }),
      h("span", {}, node.page ? link(node.page, node.name || node.id) : node.name || node.id, h("span", { class: "muted small-text code", text: node.type })),
      node.link ? link(node.link, "ELN", { target: "_blank", rel: "noreferrer", class: "small-text beside" }) : null,
    ),
  );
  return h("section", {}, h("h2", { text: title }), lines.length ? h("ul", {}, ...lines) : h("p", { class: "muted", text: none }));
}
