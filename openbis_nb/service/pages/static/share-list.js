// Links for the world, as a list: their state, how often they were used, and a button that takes one back.
import { Wish } from "./api.js";
import { ask } from "./ask.js";
import { badge, stamp } from "./chips.js";
import { h } from "./dom.js";
import { count } from "./words.js";

/** State → words, colour, and what it means. */
export const STATES = {
  live: ["open", "good", "Whoever has the link reads the page."],
  paused: ["paused", "off", "Nobody who may publish the page was here for too long. It opens again when one of them looks at the page."],
  off: ["switched off", "off", "The admin allows no links for the world."],
  ended: ["ended", "plain", "Its last day is over."],
  revoked: ["taken back", "plain", "It opens nothing any more."],
  "page-over": ["page is over", "plain", "The page is not published any more."],
};

/** `page`: its id; `empty`: what is said of no links. Gives `{element, add(link)}`. */
export function linkList(entries, { page, empty }) {
  const nothing = h("p", { class: "muted", text: empty, hidden: entries.length > 0 });
  const list = h("ul", { class: "share-links" }, ...entries.map((link) => line(link, page)));
  const add = (link) => {
    nothing.hidden = true;
    list.prepend(line(link, page));
  };
  return { element: h("div", {}, nothing, list), add };
}

export function stateOf(link) {
  const [text, kind, meaning] = STATES[link.state];
  const shown = badge(text, kind);
  shown.title = meaning;
  return shown;
}

/** “viewed 3 times, last …” */
export function viewsOf(link) {
  if (!link.views) return "never viewed";
  return [`viewed ${link.views === 1 ? "once" : `${count(link.views)} times`}, last `, stamp(link.viewed_at)];
}

function line(link, page) {
  const item = h("li", { class: "share-link" });
  const show = (now) => {
    const open = ["live", "paused", "off"].includes(now.state);
    const take = h("button", { type: "button", class: "small", "aria-label": `Take back the link ${called(now)}`, on: { click: () => takeBack(now, page, show) }, text: "Take back …" });
    item.replaceChildren(
      h(
        "div",
        { class: "share-text" },
        h("p", {}, stateOf(now), " ", h("strong", { text: called(now) })),
        h("p", { class: "muted small-text" }, `by ${now.made_by}, `, stamp(now.made_at), now.revoked_at ? "" : [" · ends ", stamp(now.ends_at)], " · ", viewsOf(now)),
        h("p", { class: "muted small-text", text: embedding(now) }),
      ),
      open ? take : "",
    );
  };
  show(link);
  return item;
}

export const called = (link) => link.note || { page: "without a note", "world-readable": "made by the REST API (world_readable)", "share-key": "made by the REST API (share_key)" }[link.kind];

const embedding = (link) => (link.sites.length ? `May be embedded on ${link.sites[0] === "*" ? "any site" : link.sites.join(", ")}.` : "");

async function takeBack(link, page, show) {
  const wish = new Wish();
  const done = await ask({
    title: "Take the link back",
    parts: [`“${called(link)}” opens nothing any more, at once and for good. What was seen until now stays seen.`],
    confirm: "Take back",
    danger: true,
    act: () => wish.send("DELETE", `pages/${encodeURIComponent(page)}/links/${encodeURIComponent(link.id)}`),
  });
  if (done) show(done);
}
