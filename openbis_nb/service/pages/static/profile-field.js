// A field for the machine that a new server runs on: the spawner's profiles.
import { get } from "./api.js";
import { freshId, h } from "./dom.js";
import { recall } from "./memory.js";

/** Null where the hub offers no choice. */
export async function profileField() {
  let profiles;
  try {
    profiles = await get("profiles");
  } catch {
    return null; // the server's own choice is made then
  }
  if (!profiles.length) return null;
  const id = freshId("profile");
  const last = recall().profile;
  const select = h("select", { id, "aria-describedby": `${id}-help` }, ...profiles.map((each) => h("option", { value: each.slug, selected: each.slug === last, text: each.display_name })));
  const chosen = () => profiles.find((each) => each.slug === select.value);
  const help = h("p", { class: "help", id: `${id}-help`, text: chosen()?.description ?? "" });
  select.addEventListener("change", () => (help.textContent = chosen()?.description ?? ""));
  return {
    element: h("div", { class: "field" }, h("label", { for: id, text: "Server" }), select, help),
    check: () => null,
    get profile() {
      return chosen();
    },
  };
}
