// A new link for the world: what its maker says, and the link itself, which is shown this once.
import { Wish } from "./api.js";
import { textField } from "./ask.js";
import { copyField } from "./copy-field.js";
import { freshId, h } from "./dom.js";
import { failure } from "./failure.js";
import { date } from "./words.js";

const USUAL_DAYS = 30;
const DAY = 24 * 3600 * 1000; // milliseconds
const WARNING = "Whoever has such a link reads the page without a log-in, and can pass it on. It can be taken back at any time, but not what was seen.";
const SITES = [
  ["none", "Not on other sites"],
  ["some", "On these sites"],
  ["any", "On any site"],
];

/** The form, or what it made. `known`: what the API says of the page's links; `made(link)` is told of each. */
export function newLink(page, known, made) {
  const region = h("div", { class: "share-new" });
  const offer = () => {
    const begin = h("button", { type: "button", on: { click: () => fill() }, text: "Make a link …" });
    region.replaceChildren(warning(page), h("p", {}, begin));
    return begin;
  };
  const fill = () => {
    const { element, first } = form(page, known, (link) => {
      made(link);
      region.replaceChildren(result(link, () => offer().focus()));
      region.querySelector("input, textarea").focus();
    }, () => offer().focus());
    region.replaceChildren(warning(page), element);
    first.focus();
  };
  offer();
  return region;
}

/** What the world would read. */
function warning(page) {
  const more = [page.code === "shown" ? "The code is in it." : "", page.follow === "latest" ? "The page follows its notebook: visitors see later versions, too." : ""];
  return h("p", { class: "notice warn", text: [WARNING, ...more].filter(Boolean).join(" ") });
}

function form(page, known, done, cancel) {
  const wish = new Wish();
  const longest = new Date(Date.now() + known.longest_life * 1000);
  const ends = endField(longest);
  const note = textField({ name: "note", label: "Whom it is for", optional: true, most: 200, counted: false, help: "For the list below only." });
  const author = checkBox("Name the author");
  const sites = siteFields();
  const failed = h("div", {});
  const go = h("button", { type: "button", class: "primary", text: "Make the link" });
  go.addEventListener("click", async () => {
    const wrong = [ends, note, sites].map((field) => field.check()).find(Boolean);
    if (wrong) {
      wrong.focus();
      return;
    }
    go.disabled = true;
    failed.replaceChildren();
    const json = { ends_at: ends.value(), note: note.value, sites: sites.value(), names_author: author.box.checked };
    try {
      done(await wish.send("POST", `pages/${encodeURIComponent(page.id)}/links`, { json }));
    } catch (problem) {
      failed.replaceChildren(failure(problem));
      failed.scrollIntoView({ block: "nearest" });
    } finally {
      go.disabled = false;
    }
  });
  const buttons = h("p", { class: "share-buttons" }, go, h("button", { type: "button", on: { click: cancel }, text: "Not now" }));
  return { element: h("div", { class: "share-form", role: "group", "aria-label": "New link" }, ends.element, note.element, sites.element, author.element, failed, buttons), first: ends.control };
}

/** The last day of a link. */
function endField(longest) {
  const id = freshId("ends");
  const usual = new Date(Math.min(Date.now() + USUAL_DAYS * DAY, longest.getTime()));
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const control = h("input", { type: "date", id, min: day(new Date()), max: day(longest), required: true, "aria-describedby": `${id}-help ${id}-error` });
  control.value = day(usual);
  const check = () => {
    const inRange = control.value >= control.min && control.value <= control.max;
    error.textContent = inRange ? "" : `Choose a day from today to ${date(longest.toISOString())}.`;
    error.hidden = inRange;
    if (inRange) control.removeAttribute("aria-invalid");
    else control.setAttribute("aria-invalid", "true");
    return inRange ? null : control;
  };
  const element = h("div", { class: "field" }, h("label", { for: id }, "Ends on", h("span", { class: "must", text: " (*)" })), control, h("p", { class: "help", id: `${id}-help`, text: "At the end of that day. Links do not live longer here than the last day that can be chosen." }), error);
  const value = () => new Date(Math.min(new Date(`${control.value}T23:59:59`).getTime(), longest.getTime())).toISOString();
  return { element, control, check, value };
}

const day = (moment) => `${moment.getFullYear()}-${String(moment.getMonth() + 1).padStart(2, "0")}-${String(moment.getDate()).padStart(2, "0")}`;

function siteFields() {
  const id = freshId("sites");
  const choice = h("select", { id }, ...SITES.map(([value, text]) => h("option", { value, text })));
  const named = textField({ name: "sites", label: "Sites", counted: false, most: 2000, help: "Scheme and host of each, as in the address of its pages, separated by blanks." });
  named.element.hidden = true;
  choice.addEventListener("change", () => (named.element.hidden = choice.value !== "some"));
  const value = () => ({ none: [], any: ["*"], some: named.value.split(/[\s,]+/).filter(Boolean) })[choice.value];
  return { element: h("div", { class: "share-form" }, h("div", { class: "field" }, h("label", { for: id, text: "May be embedded" }), choice), named.element), value, check: () => (choice.value === "some" ? named.check() : null) };
}

function checkBox(text) {
  const box = h("input", { type: "checkbox" });
  return { box, element: h("label", { class: "check" }, box, text) };
}

function result(link, again) {
  return h(
    "div",
    { class: "share-made", role: "group", "aria-label": "The new link" },
    h("p", { class: "notice", text: "Copy it now: it is shown this once, and kept nowhere here." }),
    copyField({ label: "Link", value: link.url }),
    link.sites.length ? copyField({ label: "Code to embed it", value: link.embed_code, lines: 3 }) : null,
    h("p", {}, h("button", { type: "button", class: "small", on: { click: again }, text: "Make another one …" })),
  );
}
