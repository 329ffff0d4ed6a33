// A dialog that says what will happen, asks for what is needed, does it, and stays open where that fails.
import { freshId, h } from "./dom.js";
import { failure } from "./failure.js";

/**
 * `parts`: what stands in it, texts or elements; `fields`: those with `check()`, which gives the control to go
 * to or null. `kind`: a class of the dialog. `act()` does it; its result is what this gives, null after "Cancel";
 * with false the dialog stays open. Without `act` it only tells.
 */
export function ask({ title, about = "", parts = [], fields = [], confirm = "OK", danger = false, kind = "", act = null }) {
  const heading = freshId("ask");
  const failed = h("div", { class: "ask-failure" });
  const go = act ? h("button", { type: "submit", class: danger ? "danger" : "primary", text: confirm }) : null;
  const cancel = h("button", { type: "button", text: act ? "Cancel" : "Close" });
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("header", { role: "none" }, h("h2", { id: heading, text: title }), about ? h("p", { class: "muted", text: about }) : null),
    h("div", { class: "fields" }, failed, ...parts.map((part) => (typeof part === "string" ? h("p", { text: part }) : part)), ...fields.map((field) => field.element)),
    h("footer", {}, go, cancel),
  );
  const dialog = h("dialog", { class: `dialog ask ${kind}`, "aria-labelledby": heading }, form);
  document.body.append(dialog);

  return new Promise((resolve) => {
    let result = null;
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy || !act) return;
      const wrong = fields.map((field) => field.check()).find(Boolean);
      if (wrong) {
        wrong.focus();
        return;
      }
      busy = go.disabled = true;
      form.setAttribute("aria-busy", "true");
      failed.replaceChildren();
      try {
        const done = (await act()) ?? true;
        if (done === false) return;
        result = done;
        dialog.close();
      } catch (problem) {
        if (!complain(fields, problem)) {
          failed.replaceChildren(failure(problem));
          failed.scrollIntoView({ block: "nearest" });
        }
      } finally {
        busy = go.disabled = false;
        form.removeAttribute("aria-busy");
      }
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("cancel", (event) => busy && event.preventDefault()); // it would go on unseen
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    dialog.showModal();
    const first = form.querySelector(".fields :is(input, textarea, select):not([type=hidden])");
    (first ?? (danger ? cancel : (go ?? cancel))).focus();
    first?.select?.();
  });
}

/** Next to the field that the problem is about, if it is one of these. */
function complain(fields, problem) {
  const field = fields.find((one) => one.name && one.name === problem.body?.field);
  if (!field?.say) return false;
  field.say([problem.message, problem.nextStep].filter(Boolean).join(" "));
  field.element.querySelector("input, textarea, select")?.focus();
  return true;
}

/** A field for text. `most`: characters, counted below it; with `counted` unset only when
 * they are too many; `check(text)`: one sentence on what is wrong, or "". */
export function textField({ name, label, value = "", help = "", most = 512, lines = 1, check = () => "", optional = false, counted = true }) {
  const id = freshId(name);
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const counter = h("p", { class: "help counter", id: `${id}-count` });
  const control = h(lines > 1 ? "textarea" : "input", {
    id,
    type: lines > 1 ? null : "text",
    rows: lines > 1 ? lines : null,
    autocomplete: "off",
    "aria-required": optional ? null : "true",
    "aria-describedby": `${id}-help ${id}-error${counted ? ` ${id}-count` : ""}`,
  });
  control.value = value;
  const say = (problem) => {
    error.textContent = problem;
    error.hidden = !problem;
    if (problem) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  const length = () => [...control.value].length;
  const count = () => {
    counter.textContent = `${length()} of ${most} characters`;
    counter.classList.toggle("over", length() > most);
  };
  control.addEventListener("input", count);
  control.addEventListener("change", () => say(""));
  count();
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, optional ? null : h("span", { class: "must", text: " (*)" })),
    control,
    h("div", { class: "below" }, h("p", { class: "help", id: `${id}-help`, text: help }), counted ? counter : null),
    error,
  );
  return {
    name,
    element,
    say,
    get value() {
      return control.value.trim();
    },
    set(text) {
      control.value = text;
      count();
    },
    check() {
      const text = control.value.trim();
      let problem = "";
      if (!optional && !text) problem = `${label} is missing.`;
      else if (length() > most) problem = `At most ${most} characters; these are ${length()}.`;
      else problem = check(text);
      say(problem);
      return problem ? control : null;
    },
  };
}
