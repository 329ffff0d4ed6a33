// The badge maker: HTML and Markdown for an address, each with a way to copy it.
import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { toast } from "./toast.js";

const EMPTY = "Give the address of a notebook or repository, and create the badge first.";
const field = byId("url");
const picture = byId("picture").querySelector("img");
const NAMES = { markdown: "Markdown", html: "HTML" };

function say(problem) {
  byId("url-error").textContent = problem;
  byId("url-error").hidden = !problem;
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function show(made) {
  for (const name of Object.keys(NAMES)) byId(name).value = made?.[name] ?? "";
  byId("picture").replaceChildren(made ? h("a", { href: made.target, target: "_blank", rel: "noopener" }, picture) : picture);
}

async function make() {
  const url = field.value.trim();
  try {
    show(await get("badge", { url }));
    say("");
    byId("markdown").focus();
  } catch (problem) {
    show(null);
    say([problem.message, problem.nextStep].filter(Boolean).join(" "));
    field.focus();
  }
}

/** By the button, and by a click into the code itself (B-24). */
async function copy(name) {
  const area = byId(name);
  if (!area.value) {
    say(EMPTY);
    field.focus();
    return;
  }
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    toast(`The ${NAMES[name]} is copied.`);
  } catch {
    toast(`The ${NAMES[name]} is selected: copy it with Ctrl+C.`); // by http, or where a person refuses it
  }
}

byId("make").addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
byId("go").disabled = false; // before this page listens, the browser would send the form itself
for (const button of document.querySelectorAll("[data-copies]")) button.addEventListener("click", () => copy(button.dataset.copies));
for (const name of Object.keys(NAMES)) byId(name).addEventListener("click", () => copy(name));
