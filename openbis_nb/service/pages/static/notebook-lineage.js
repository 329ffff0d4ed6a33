// Lineage of the version that is shown: what it comes from, and what came of it.
import { get } from "./api.js";
import { h } from "./dom.js";
import { failure } from "./failure.js";
import { lineagePicture } from "./lineage.js";

export async function showLineage(region, page) {
  const { version } = page;
  region.replaceChildren(h("p", { class: "muted", role: "status", text: "Loading …" }));
  try {
    const graph = await get("lineage", { of: version.id });
    if (page.version.id === version.id) region.replaceChildren(lineagePicture(graph, "this version"));
  } catch (problem) {
    region.replaceChildren(failure(problem, () => showLineage(region, page)));
  }
}
