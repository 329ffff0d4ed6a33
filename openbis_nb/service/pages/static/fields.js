// A field of the dialog and the sentence below it that says what is wrong.
import { byId } from "./dom.js";

const KNOWN = ["inputs", "owner", "directory", "name", "template"];

class Field {
  #control;
  #error;

  constructor(name) {
    this.#error = byId(`error-${name}`);
    this.#control = byId(name) ?? byId(`field-${name}`).querySelector("input, select, button") ?? this.#error;
  }

  clear() {
    this.say("");
  }

  say(message) {
    this.#error.textContent = message;
    this.#error.hidden = !message;
    if (message) this.#control.setAttribute("aria-invalid", "true");
    else this.#control.removeAttribute("aria-invalid");
  }

  /** Say what is wrong, if anything. Gives the control to go to, or null. */
  check(problem) {
    this.say(problem);
    return problem ? this.#control : null;
  }

  require(value, message) {
    return this.check(value ? "" : message);
  }
}

/** The field of that name; null for names that the dialog does not have. */
export const fieldOf = (name) => (KNOWN.includes(name) ? new Field(name) : null);
