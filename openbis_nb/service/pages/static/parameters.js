// A template's parameters as typed fields. The server checks the same limits once more.
import { h } from "./dom.js";

export class Parameters {
  #region;
  #fields = new Map(); // name → {parameter, input, error}

  constructor(region) {
    this.#region = region;
  }

  /** Show the fields of a template; values that fit a field of the same name and type stay. */
  show(parameters) {
    const kept = new Map([...this.#fields].map(([name, field]) => [`${name} ${field.parameter.type}`, read(field.input)]));
    this.#fields.clear();
    this.#region.replaceChildren(...parameters.map((parameter) => this.#field(parameter, kept.get(`${parameter.name} ${parameter.type}`))));
    this.#region.closest("fieldset").hidden = parameters.length === 0;
  }

  /** Name → value. Call `check()` first. */
  get values() {
    return Object.fromEntries([...this.#fields].map(([name, field]) => [name, valueOf(field.parameter, field.input)]));
  }

  /** Whether all fit; else each says what is wrong. Gives the first field that does not fit. */
  check() {
    let first = null;
    for (const field of this.#fields.values()) if (!this.#checkOne(field)) first ??= field.input;
    return first;
  }

  /** What the server says of one parameter. Gives its field, if there is one. */
  complain(name, message) {
    const field = this.#fields.get(name);
    if (field) say(field, message);
    return field?.input ?? null;
  }

  #checkOne(field) {
    const wrong = problemWith(field.parameter, field.input);
    say(field, wrong);
    return !wrong;
  }

  #field(parameter, kept) {
    const id = `parameter-${parameter.name}`;
    const input = control(parameter, id);
    const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
    const field = { parameter, input, error };
    if (kept !== undefined) write(input, kept);
    this.#fields.set(parameter.name, field);
    input.addEventListener("change", () => this.#checkOne(field));
    const help = [parameter.help, parameter.limits && parameter.type !== "choice" ? parameter.limits : "", parameter.type === "list" ? "separated by commas" : ""];
    return h(
      "div",
      { class: `field${parameter.type === "bool" ? " switch" : ""}` },
      h("label", { for: id, text: parameter.name.replaceAll("_", " ") }),
      h("div", { class: "with-unit" }, input, parameter.unit ? h("span", { class: "unit", text: parameter.unit }) : null),
      h("p", { class: "help", id: `${id}-help`, text: help.filter(Boolean).join("; ") }),
      error,
    );
  }
}

function control(parameter, id) {
  const common = { id, "aria-describedby": `${id}-help ${id}-error`, autocomplete: "off" };
  switch (parameter.type) {
    case "bool":
      return h("input", { ...common, type: "checkbox", checked: parameter.default });
    case "choice":
      return h(
        "select",
        common,
        ...parameter.choices.map((choice, index) => h("option", { value: index, selected: choice === parameter.default, text: String(choice) })),
      );
    case "int":
    case "float":
      return h("input", { ...common, type: "text", inputmode: parameter.type === "int" ? "numeric" : "decimal", value: parameter.default, class: "number" });
    case "list":
      return h("input", { ...common, type: "text", value: shownList(parameter.default), spellcheck: "false" });
    default:
      return h("input", { ...common, type: "text", value: parameter.default, spellcheck: "false" });
  }
}

const read = (input) => (input.type === "checkbox" ? input.checked : input.value);
function write(input, value) {
  if (input.type === "checkbox") input.checked = value;
  else input.value = value;
}

const shownList = (items) => (items.every((item) => typeof item === "string" && !item.includes(",")) ? items.join(", ") : JSON.stringify(items));

function valueOf(parameter, input) {
  const text = input.value;
  switch (parameter.type) {
    case "bool":
      return input.checked;
    case "choice":
      return parameter.choices[Number(text)];
    case "int":
    case "float":
      return text.trim() === "" ? NaN : Number(text.trim().replace(",", "."));
    case "list":
      if (text.trim().startsWith("[")) {
        try {
          return JSON.parse(text);
        } catch {
          return null;
        }
      }
      return text.split(",").map((item) => item.trim()).filter(Boolean);
    default:
      return text;
  }
}

/** One sentence on what is wrong; empty when nothing is. */
function problemWith(parameter, input) {
  const value = valueOf(parameter, input);
  const { type, minimum, maximum, limits } = parameter;
  if (type === "bool" || type === "choice") return "";
  if (type === "int" && !Number.isSafeInteger(value)) return `Give a whole number${limits ? `, ${limits}` : ""}.`;
  if (type === "float" && !Number.isFinite(value)) return `Give a number${limits ? `, ${limits}` : ""}.`;
  if (type === "list" && !Array.isArray(value)) return 'Give values separated by commas, or a JSON list such as ["a", "b"].';
  const measured = typeof value === "number" ? value : type === "str" ? [...value].length : value.length;
  const fits = (minimum === null || measured >= minimum) && (maximum === null || measured <= maximum);
  return fits ? "" : `Give ${type === "str" ? "a text of " : type === "list" ? "a list of " : ""}${limits}.`;
}

function say({ input, error }, message) {
  error.textContent = message;
  error.hidden = !message;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}
