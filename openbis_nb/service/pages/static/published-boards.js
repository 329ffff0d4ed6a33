// On which dashboards a page stands, and putting it on one more (D-04, D-08).
import { get, Wish } from "./api.js";
import { ask } from "./ask.js";
import { freshId, h, link } from "./dom.js";
import { toast } from "./toast.js";

export function showBoards(region, page) {
  const { detail } = page;
  const put = h("button", { type: "button", class: "small", on: { click: () => putOn(page) }, text: "Put on a dashboard …" });
  region.replaceChildren(
    h("div", { class: "part-head" }, h("h2", { id: "boards-title", text: "Dashboards" }), put),
    detail.dashboards.length ? h("ul", { class: "boards" }, ...detail.dashboards.map((board) => h("li", {}, link(board.link, board.title)))) : h("p", { class: "muted", text: "It is on no dashboard that you see." }),
  );
}

async function putOn(page) {
  const wish = new Wish();
  const id = freshId("board");
  const select = h("select", { id, "aria-required": "true" }, h("option", { value: "", text: "Loading …" }));
  const error = h("p", { class: "error", hidden: true });
  const there = new Set(page.detail.dashboards.map((board) => board.id));
  get("dashboards", { editable: "true", limit: 200 })
    .then(({ dashboards }) => {
      const left = dashboards.filter((board) => !there.has(board.id));
      select.replaceChildren(h("option", { value: "", text: left.length ? "–" : "There is none that you may change." }), ...left.map((board) => h("option", { value: board.id, text: board.name })));
    })
    .catch((problem) => select.replaceChildren(h("option", { value: "", text: problem.message })));
  const field = {
    element: h("div", { class: "field" }, h("label", { for: id, text: "Dashboard" }), select, error),
    check() {
      error.textContent = "Choose a dashboard.";
      error.hidden = Boolean(select.value);
      return select.value ? null : select;
    },
  };
  const done = await ask({
    title: "Put on a dashboard",
    about: page.detail.title,
    fields: [field],
    confirm: "Put on it",
    act: () => wish.send("POST", `dashboards/${encodeURIComponent(select.value)}/tiles`, { json: { page_id: page.detail.id } }),
  });
  if (!done) return;
  toast("The page is on the dashboard.");
  await page.reload();
}
