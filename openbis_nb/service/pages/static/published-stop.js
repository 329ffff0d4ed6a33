// A page is stopped, or published again.
import { Wish } from "./api.js";
import { ask } from "./ask.js";
import { h } from "./dom.js";
import { toast } from "./toast.js";

const of = (page) => `pages/${encodeURIComponent(page.detail.id)}`;

export async function stop(page) {
  const { detail } = page;
  const wish = new Wish();
  const lines = [
    "Nobody sees the page any more, from now on.",
    detail.dashboards.length ? "Where it stands on dashboards, they say that it was stopped." : "",
    detail.links ? "Links to it for people without log-in open nothing any more. Take back those that shall not open again when the page is published again." : "",
    "The notebook and its versions stay as they are. The page can be published again.",
  ];
  const done = await ask({
    title: "Stop this page",
    about: detail.title,
    parts: [h("ul", { class: "changes" }, ...lines.filter(Boolean).map((text) => h("li", { text })))],
    confirm: "Stop",
    danger: true,
    act: () => wish.send("DELETE", of(page)), // whatever it shows by now
  });
  if (!done) return;
  toast("The page is stopped.");
  await page.reload();
}

export async function resume(page) {
  const { detail } = page;
  const wish = new Wish();
  const ended = detail.reason === "ended";
  const done = await ask({
    title: "Publish it again",
    about: detail.title,
    parts: ["Everybody who may see the notebook in openBIS sees this page again.", "Links for people without log-in that were not taken back open again, too.", ended ? "Its last day is over: it has none then." : ""].filter(Boolean),
    confirm: "Publish",
    act: () => wish.send("PATCH", of(page), { json: { state: "live", ...(ended ? { ends_at: null } : {}) }, etag: detail.etag }),
  });
  if (!done) return;
  toast("The page is published again.");
  page.take(done);
}
