// The tab "Edit" of a published page: title, version, code and end; its snapshots; stop (D-05, D-11).
import { Wish } from "./api.js";
import { textField } from "./ask.js";
import { h } from "./dom.js";
import { failure } from "./failure.js";
import { choice, codeField, endField } from "./publish-fields.js";
import { showBoards } from "./published-boards.js";
import { showSnapshots } from "./published-snapshots.js";
import { resume, stop } from "./published-stop.js";
import { toast } from "./toast.js";

/** `page`: what published.js shares. */
export function showEdit(region, page) {
  const snapshots = h("section", { class: "edit-part", "aria-labelledby": "snapshots-title" });
  const boards = h("section", { class: "edit-part", "aria-labelledby": "boards-title" });
  region.replaceChildren(h("div", { class: "edit" }, form(page), h("div", { class: "edit-side" }, snapshots, boards, ending(page))));
  showSnapshots(snapshots, page);
  showBoards(boards, page);
}

function form(page) {
  const { detail } = page;
  const wish = new Wish();
  const title = textField({ name: "title", label: "Title", value: detail.title, most: 512, counted: false });
  const follow = choice("Version", "follow", [
    { value: "latest", text: "Follow the author's newest version", about: "What is saved later is seen, too." },
    { value: "pinned", text: "Stay at the snapshot that is shown" },
  ], detail.follow);
  const code = codeField(detail.code);
  const ends = endField(detail.ends_at);
  const fields = [title, follow, code, ends];
  const failed = h("div", { class: "ask-failure" });
  const save = h("button", { type: "submit", class: "primary", text: "Save" });
  const element = h("form", { class: "edit-part", novalidate: true, "aria-labelledby": "edit-title" }, h("h2", { id: "edit-title", text: "This page" }), failed, ...fields.map((field) => field.element), refusal(detail), h("p", { class: "actions" }, save));
  save.disabled = !detail.may.edit.allowed;
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = fields.map((field) => field.check()).find(Boolean);
    if (wrong) return wrong.focus();
    const changes = changed(detail, { title: title.value, follow: follow.value, code: code.value, ends_at: ends.value });
    if (!Object.keys(changes).length) return toast("Nothing is changed.");
    save.disabled = true;
    failed.replaceChildren();
    try {
      page.take(await wish.send("PATCH", `pages/${encodeURIComponent(detail.id)}`, { json: changes, etag: detail.etag }));
      toast("The page is changed.");
    } catch (problem) {
      failed.replaceChildren(failure(problem, problem.status === 412 ? page.reload : null));
      save.disabled = false;
    }
    return undefined;
  });
  return element;
}

/** Only what a person has changed: what is not named stays. */
function changed(detail, wanted) {
  const same = (name) => (name === "ends_at" ? moment(detail.ends_at) === moment(wanted.ends_at) : detail[name] === wanted[name]);
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !same(name)));
}

const moment = (text) => (text ? new Date(text).getTime() : null);

const refusal = ({ may }) => (may.edit.allowed ? null : h("p", { class: "notice warn", text: may.edit.reason }));

function ending(page) {
  const { detail } = page;
  const live = detail.state === "live";
  const action = live ? "stop" : "resume";
  const may = detail.may[action] ?? { allowed: false, reason: "" };
  const act = () => (live ? stop(page) : resume(page));
  const button = h("button", { type: "button", class: live ? "danger" : "primary", disabled: !may.allowed, on: { click: act }, text: live ? "Stop this page …" : "Publish it again" });
  const about = live ? "Nobody sees it any more, also where it stands on dashboards. The notebook stays as it is." : detail.reason_text;
  return h("section", { class: "edit-part", "aria-labelledby": "end-title" }, h("h2", { id: "end-title", text: live ? "Stop" : "It is not shown" }), h("p", { class: "muted", text: may.allowed ? about : may.reason || about }), h("p", { class: "actions" }, button));
}
