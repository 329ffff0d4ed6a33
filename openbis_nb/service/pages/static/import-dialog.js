// The dialog of an import: as the launcher's, for what was looked at.
import { ask, textField } from "./ask.js";
import { DataSetChooser } from "./data-sets.js";
import { byId, freshId, h } from "./dom.js";
import { connect } from "./launch.js";
import { recall, remember } from "./memory.js";
import { directoryProblem, nameProblem, possibleName } from "./paths.js";
import { placeField } from "./place-field.js";
import { profileField } from "./profile-field.js";

const NOTEBOOK = "It is written into your files as it was shown here, beside what is there. No cell runs until you run it.";
const REPOSITORY = "Your own server fetches it into a folder. If the name is taken, _1, _2 … is added.";
const OTHER = "other"; // as an option's value: no name of a branch, which have a prefix

const inputs = new DataSetChooser();

export async function importNotebook({ id, notebook, suggested }) {
  const chooser = byId("field-inputs");
  chooser.hidden = true;
  const directory = textField({ name: "directory", label: "Directory Name", value: recall().directory || suggested.directory, help: "In your files on JupyterHub; made if it is not there.", most: 1000, counted: false, check: directoryProblem });
  const name = textField({ name: "name", label: "Notebook Name", value: possibleName(suggested.name), help: "Without .ipynb. If the name is taken, a number is added.", most: 200, counted: false, check: nameProblem });
  const place = placeField({
    name: "owner",
    help: "The experiment or object that it is saved to. Empty: you choose at the first save.",
    optional: true,
    onChange: (chosen) => {
      chooser.hidden = !chosen;
      inputs.begin(chosen && { perm_id: chosen.permId, kind: chosen.kind });
    },
  });
  await launched({
    title: "Import & run",
    about: notebook.name,
    text: NOTEBOOK,
    fields: [directory, name, place, { element: chooser, check: () => null }],
    confirm: "Import & run",
    request: () => ({
      preview: id,
      directory: folderOf(directory),
      name: name.value.replace(/\.ipynb$/i, ""),
      ...(place.value ? { owner: place.value.permId, inputs: inputs.permIds } : {}),
    }),
    remembered: () => ({ directory: folderOf(directory) }),
  });
  byId("parts").append(chooser); // the dialog is gone, and this belongs to the page
}

export async function importRepository({ id, repository, suggested }) {
  const ref = refField(repository);
  const name = textField({ name: "name", label: "Folder Name", value: possibleName(suggested.name), most: 200, counted: false, check: (text) => (text.includes("/") ? "Give one folder." : directoryProblem(text)) });
  await launched({
    title: "Get to a folder",
    about: repository.clone_url,
    text: REPOSITORY,
    fields: [ref, name],
    confirm: "Get to the folder",
    request: () => ({ preview: id, name: name.value, ...(ref.value ? { ref: ref.value } : {}) }),
  });
}

const folderOf = (directory) => directory.value.replace(/\/+$/, "");

async function launched({ title, about, text, fields, confirm, request, remembered = () => ({}) }) {
  const outcome = h("div", { role: "status" });
  const server = await profileField();
  await ask({
    title,
    about,
    parts: [h("p", { class: "notice", text })],
    fields: [...fields, server, { element: outcome, check: () => null }].filter(Boolean),
    confirm,
    act: async () => {
      const profile = server?.profile;
      remember({ ...remembered(), ...(profile ? { profile: profile.slug } : {}) });
      let opened = false;
      await connect({ ...request(), ...(profile ? { profile: profile.user_options } : {}) }, outcome, () => (opened = true), "imports");
      return opened; // else the link that stands there now is the person's to follow
    },
  });
}

/** Branches, tags, or what a person types; the value is null where the host has named none. */
function refField({ branches, tags, ref, default_branch: standard }) {
  const id = freshId("ref");
  const known = [...branches, ...tags].includes(ref);
  const option = (kind, name) => h("option", { value: `${kind}:${name}`, selected: name === ref, text: name === standard && kind === "branch" ? `${name} (default)` : name });
  const group = (label, kind, names) => (names.length ? h("optgroup", { label }, ...names.map((name) => option(kind, name))) : null);
  const select = h("select", { id }, group("Branches", "branch", branches), group("Tags", "tag", tags), h("option", { value: OTHER, selected: !known, text: "Another branch, tag or commit …" }));
  const typed = textField({ name: "ref", label: "Branch, tag or commit", value: known ? "" : ref, help: "Empty: the branch that its host names.", most: 255, counted: false, optional: true });
  const show = () => (typed.element.hidden = select.value !== OTHER);
  select.addEventListener("change", show);
  show();
  return {
    name: "ref",
    say: typed.say,
    element: h("div", { class: "field" }, h("label", { for: id, text: "Branch or tag" }), select, typed.element),
    check: () => (typed.element.hidden ? null : typed.check()),
    get value() {
      return select.value === OTHER ? typed.value : select.value.slice(select.value.indexOf(":") + 1);
    },
  };
}
