// What a person chose last, kept in this browser only; without storage everything works, unremembered.
import { meta } from "./dom.js";

const KEY = `openbis-nb:${meta("person")}:last-launch`;

/** `{directory, template, profile}`, as far as known. */
export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept !== null && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

export function remember(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...choice }));
  } catch {
    // private windows and full storages may refuse
  }
}
