// The dialog "Share" of a published page: its address for the lab, and links for the world.
import { get } from "./api.js";
import { ask } from "./ask.js";
import { copyField } from "./copy-field.js";
import { freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { linkList } from "./share-list.js";
import { newLink } from "./share-new.js";

/** `page`: the document of the API; only `id`, `title` and `link` are needed. Resolves when it is closed. */
export async function sharePage(page) {
  const world = section("Links for the world", h("p", { class: "muted", role: "status", text: "Loading …" }));
  const lab = section(
    "Link for the lab",
    copyField({ label: "Address of this page", value: new URL(page.link, location.href).href, help: "Who opens it logs in, and sees the page if openBIS shows them the notebook. It stays the same." }),
  );
  showWorld(world.body, page);
  return ask({ title: "Share", about: page.title, parts: [lab.element, world.element] });
}

async function showWorld(region, page) {
  let known;
  try {
    known = await get(`pages/${encodeURIComponent(page.id)}/links`);
  } catch (problem) {
    region.replaceChildren(failure(problem, () => showWorld(region, page)));
    return;
  }
  const list = linkList(known.entries, { page: page.id, empty: "There is none." });
  const above = known.may.allowed
    ? newLink(page, known, (made) => list.add(made))
    : h("p", { class: "muted", text: known.may.reason });
  region.replaceChildren(above, ...(known.entries.length || known.may.allowed ? [list.element] : []));
}

function section(title, ...children) {
  const id = freshId("share");
  const body = h("div", { class: "share-body" }, ...children);
  return { body, element: h("section", { class: "share", "aria-labelledby": id }, h("h3", { id, text: title }), body) };
}
