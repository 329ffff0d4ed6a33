// Opening a saved version in JupyterLab: go on with it, or begin another notebook like it.
import { get } from "./api.js";
import { ask, textField } from "./ask.js";
import { freshId, h } from "./dom.js";
import { connect } from "./launch.js";
import { recall, remember } from "./memory.js";
import { directoryProblem, nameProblem, possibleName } from "./paths.js";
import { placeField } from "./place-field.js";
import { profileField } from "./profile-field.js";

const one = encodeURIComponent;
const SAVED = {
  true: "the next version of this notebook",
  false: "a fork of your own, which says where it comes from",
  undefined: "the next version of this notebook if you may add one, else your own fork of it",
};
const continuing = (adds) => `A copy of this version is written into your files. What you save there is ${SAVED[adds]}. No file is overwritten.`;
const TEMPLATE = "A new notebook with the same cells, without their outputs. It is yours, and this notebook stays as it is. No file is overwritten.";

/**
 * `version`: `{id, name}`; `notebook`: `{name, storedIn}`; `mode`: "continue" or "template"; `adds`: whether this
 * person may add versions, where that is known.
 */
export async function openVersion(version, notebook, mode, adds) {
  const isTemplate = mode === "template";
  const outcome = h("div", { role: "status" });
  const directory = textField({ name: "directory", label: "Directory Name", value: recall().directory || "notebooks", help: "In your files on JupyterHub; made if it is not there.", most: 1000, counted: false, check: directoryProblem });
  const named = isTemplate ? `${notebook.name} - ${new Date().toLocaleDateString("sv")}` : notebook.name;
  const name = textField({ name: "name", label: "Notebook Name", value: possibleName(named), help: "Without .ipynb. If the name is taken, a number is added.", most: 200, counted: false, check: nameProblem });
  const place = isTemplate ? placeField({ value: notebook.storedIn, help: "The experiment or object that the new notebook is saved to." }) : null;
  const inputs = isTemplate ? inputChoice() : null;
  const server = await profileField();
  await ask({
    title: isTemplate ? "Use as template" : "Continue in JupyterLab",
    about: notebook.name,
    parts: [h("p", { class: "notice", text: isTemplate ? TEMPLATE : continuing(adds) })],
    fields: [directory, name, place, inputs, server, { element: outcome, check: () => null }].filter(Boolean),
    confirm: "Open in JupyterLab",
    act: async () => {
      const profile = server?.profile;
      const folder = directory.value.replace(/\/+$/, "");
      remember({ directory: folder, ...(profile ? { profile: profile.slug } : {}) });
      const moved = isTemplate && place.value.permId !== notebook.storedIn?.permId;
      const request = {
        mode,
        directory: folder,
        name: name.value.replace(/\.ipynb$/i, ""),
        ...(moved ? { owner: place.value.permId } : {}),
        ...(inputs?.value === "connected" ? { inputs: await connected(place.value) } : {}),
        ...(profile ? { profile: profile.user_options } : {}),
      };
      let opened = false;
      await connect(request, outcome, () => (opened = true), `versions/${one(version.id)}/launches`);
      return opened; // else the link that stands there now is the person's to follow
    },
  });
}

/** The data sets that the launcher would take up for a place. */
async function connected(place) {
  const page = await get(`entities/${one(place.permId)}/data-sets`, { kind: place.kind });
  return page.preselect;
}

function inputChoice() {
  const group = freshId("inputs");
  const choice = (value, text, checked) => h("label", { class: "check" }, h("input", { type: "radio", name: group, value, checked }), text);
  const element = h(
    "fieldset",
    { class: "field choices" },
    h("legend", { text: "Datasets" }),
    choice("same", "Those of this notebook", true),
    choice("connected", "Those connected to where the new notebook is stored"),
  );
  return {
    element,
    check: () => null,
    get value() {
      return element.querySelector("input:checked").value;
    },
  };
}
