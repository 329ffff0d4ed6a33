// Title, author and version of a published page, and what everybody can do with it.
import { Wish } from "./api.js";
import { stamp } from "./chips.js";
import { h, link } from "./dom.js";
import { pageFile, pagePrint, published } from "./published-links.js";
import { sharePage } from "./share-page.js";
import { toast } from "./toast.js";

const OUTSIDE = { target: "_blank", rel: "noreferrer" };

/** `page`: what published.js shares. */
export function showHead(region, page) {
  const { detail } = page;
  region.replaceChildren(
    h("nav", { "aria-label": "Where it lies" }, h("ol", { class: "crumbs" }, h("li", {}, link(published, "Published")), ...detail.dashboards.slice(0, 1).map((board) => h("li", {}, link(board.link, board.title))))),
    h(
      "div",
      { class: "page-head" },
      h("div", {}, h("h1", { text: detail.title }), origin(detail)),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", class: "primary", on: { click: () => sharePage(detail) }, text: "Share" }),
        ...(detail.frame ? [link(pagePrint(detail), "Print or PDF", { class: "button", ...OUTSIDE, title: "The page alone in a new tab; print it from there" }), link(pageFile(detail), "Download", { class: "button", title: "As one HTML file" })] : []),
      ),
    ),
    ...notices(page),
  );
}

function origin(detail) {
  const { version, notebook } = detail;
  return h(
    "p",
    { class: "origin" },
    detail.author ? h("span", {}, "Author ", h("strong", { text: detail.author })) : null, // not told to who does not see the version
    version.saved_at ? h("span", {}, "As saved ", stamp(version.saved_at), version.saved_by === detail.author ? "" : ` by ${version.saved_by}`) : null,
    h("span", { class: "state plain", text: detail.follow === "latest" ? "follows the latest version" : "pinned to this version" }),
    detail.ends_at ? h("span", {}, "Until ", stamp(detail.ends_at)) : null,
    h("span", {}, link(notebook.link, "The notebook in the library")),
  );
}

function notices(page) {
  const { detail } = page;
  const said = [];
  if (detail.state !== "live") said.push(h("p", { class: "notice warn", text: detail.reason_text }));
  const { newest_known: newest } = detail;
  if (newest && detail.state === "live") {
    const soon = isBroughtForward(detail) ? "The page is about to show it. " : "";
    said.push(h("p", { class: "notice" }, "There is a newer version, saved ", stamp(newest.saved_at), ` by ${newest.saved_by}. ${soon}`, detail.may.snapshot?.allowed ? newer(page, newest) : null));
  }
  return said;
}

/** The service takes up a newer version with the session of whoever may, at their visit. */
export const isBroughtForward = (detail) => Boolean(detail.newest_known) && detail.follow === "latest" && detail.state === "live" && Boolean(detail.may.snapshot?.allowed);

function newer(page, newest) {
  const wish = new Wish();
  const button = h("button", { type: "button", class: "small", text: "Show that one" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await wish.send("POST", `pages/${encodeURIComponent(page.detail.id)}/snapshots`, { json: { version: newest.perm_id, show: true } });
      await page.reload();
      toast("The page shows the newest version.");
    } catch (problem) {
      if (problem.status === 412) return page.reload(); // the service was quicker
      toast([problem.message, problem.nextStep].filter(Boolean).join(" "));
      button.disabled = false;
    }
    return undefined;
  });
  return button;
}
