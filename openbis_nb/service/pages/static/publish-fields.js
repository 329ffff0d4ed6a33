// What a person chooses of a page: version, code, dashboard, end. All have `element`, `check()` and `value`.
import { freshId, h } from "./dom.js";

const NEW = "new";

/** Radio buttons; `options`: `{value, text, about}`. */
export function choice(label, name, options, chosen) {
  const group = freshId(name);
  const buttons = options.map(({ value, text, about = "" }) =>
    h("label", { class: "check" }, h("input", { type: "radio", name: group, value, checked: value === chosen }), h("span", {}, text, about ? h("span", { class: "help", text: about }) : null)),
  );
  const element = h("fieldset", { class: "field choices" }, h("legend", { text: label }), ...buttons);
  return {
    name,
    element,
    check: () => null,
    get value() {
      return element.querySelector("input:checked").value;
    },
  };
}

export const codeField = (chosen) =>
  choice("Code", "code", [
    { value: "hidden", text: "Hidden", about: "It is not in the page at all, nor is what quotes it." },
    { value: "shown", text: "Shown" },
  ], chosen);

/** A day after which the page is gone; its `value` is the end of that day here, or null. */
export function endField(value = null) {
  const id = freshId("ends");
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const input = h("input", { id, type: "date", min: dayOf(new Date()), "aria-describedby": `${id}-help ${id}-error` });
  input.value = value ? dayOf(new Date(new Date(value) - 1)) : "";
  const field = {
    name: "ends_at",
    element: h("div", { class: "field" }, h("label", { for: id, text: "Last day" }), input, h("p", { class: "help", id: `${id}-help`, text: "From the day after nobody sees the page. Empty: until it is stopped." }), error),
    say(problem) {
      error.textContent = problem;
      error.hidden = !problem;
    },
    check() {
      const past = input.value && input.value < dayOf(new Date());
      field.say(input.validity.badInput ? "This is no day." : past ? "This day is over." : "");
      return error.hidden ? null : input;
    },
    get value() {
      if (!input.value) return null;
      const [year, month, day] = input.value.split("-").map(Number);
      return new Date(year, month - 1, day + 1).toISOString();
    },
  };
  return field;
}

const dayOf = (moment) => moment.toLocaleDateString("sv");

/** A dashboard to put the page on: none, one that is there, or a new one by title. */
export function boardField() {
  const id = freshId("board");
  const select = h("select", { id });
  const title = h("input", { id: `${id}-title`, type: "text", maxlength: "200", "aria-required": "true", "aria-describedby": `${id}-error` });
  const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
  const naming = h("div", { class: "naming", hidden: true }, h("label", { for: `${id}-title`, text: "Title of the new dashboard" }), title);
  select.addEventListener("change", () => {
    naming.hidden = select.value !== NEW;
    if (!naming.hidden) title.focus();
  });
  const offer = (boards) => {
    const chosen = select.value;
    select.replaceChildren(
      h("option", { value: "", text: "None" }),
      ...boards.map((board) => h("option", { value: `id:${board.id}`, text: board.title })),
      h("option", { value: NEW, text: "A new one …" }),
    );
    select.value = chosen;
    if (select.selectedIndex < 0) select.value = "";
  };
  offer([]);
  return {
    name: "dashboard",
    element: h("div", { class: "field" }, h("label", { for: id, text: "Dashboard" }), select, naming, error),
    offer,
    say(problem) {
      error.textContent = problem;
      error.hidden = !problem;
    },
    check() {
      this.say(select.value === NEW && !title.value.trim() ? "Give the new dashboard a title." : "");
      return error.hidden ? null : title;
    },
    get value() {
      if (select.value === NEW) return { new_dashboard: title.value.trim() };
      return select.value ? { dashboard: select.value.slice("id:".length) } : {};
    },
  };
}
