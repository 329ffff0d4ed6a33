// "Publish…": what will be seen and by whom is shown before it is published, in one step (D-06, D-07).
import { Wish } from "./api.js";
import { ask, textField } from "./ask.js";
import { copyField } from "./copy-field.js";
import { byId, h, link } from "./dom.js";
import { boardField, choice, codeField, endField } from "./publish-fields.js";
import { PlanView } from "./publish-plan.js";
import { date } from "./words.js";

const FOLLOWS = "What is saved later is seen, too.";

/**
 * Publish a notebook at a version. `notebook`: `{id, name}`; `version`: `{id, number, creationTime, current}`,
 * or null for the newest. Gives the page, or null.
 */
export async function publish(notebook, version = null) {
  const wish = new Wish();
  const pinned = version && !version.current;
  const stays = version ? `Stay at version ${version.number}, saved ${date(version.creationTime)}` : "Stay at the version that is the newest now";
  const title = textField({ name: "title", label: "Title", value: notebook.name, most: 512, counted: false });
  const follow = choice("Version", "follow", [
    { value: "latest", text: "Follow the author's newest version", about: FOLLOWS },
    { value: "pinned", text: stays },
  ], pinned ? "pinned" : "latest");
  const code = codeField("hidden");
  const board = boardField();
  const ends = endField();
  const view = new PlanView((plan) => board.offer(plan.dashboards));
  // An older version can only stay: who follows sees the newest.
  const of = () => (pinned && follow.value === "pinned" ? { version: version.id } : { notebook: notebook.id });
  const look = () => view.show({ ...of(), follow: follow.value, code: code.value });
  for (const field of [follow, code]) field.element.addEventListener("change", look);
  look();
  const made = await ask({
    title: "Publish",
    about: notebook.name,
    kind: "publish",
    fields: [title, follow, code, board, ends, view],
    confirm: "Publish",
    act: () => {
      // Just what was shown: somebody may have saved meanwhile.
      const body = { version: view.plan.version.perm_id, title: title.value, follow: follow.value, code: code.value, ends_at: ends.value, ...board.value };
      return wish.send("POST", "pages", { json: body });
    },
  });
  if (made) await told(made, view.plan);
  return made;
}

/** What there is now. */
async function told(page, plan) {
  const address = new URL(page.link, location.href).href;
  await ask({
    title: "Published",
    about: page.title,
    parts: [
      h("p", { text: plan.visible_to.text }),
      copyField({ label: "Link to the page", value: address }),
      h("p", { class: "actions" }, link(page.link, "Open the page", { class: "button primary" }), ...page.dashboards.map((board) => link(board.link, `Dashboard “${board.title}”`, { class: "button" }))),
    ],
  });
  byId("main")?.focus();
}
