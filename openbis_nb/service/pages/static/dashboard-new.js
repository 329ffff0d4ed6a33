// "New dashboard" and "Name and place": a name, and where in openBIS it belongs.
import { Wish, prefix } from "./api.js";
import { ask, textField } from "./ask.js";
import { placeField } from "./place-field.js";

const HELP = "Who sees this place in openBIS sees the dashboard; who may store something there may change it.";

/** The two fields; `row`: of a dashboard that is there. */
function fieldsOf(row) {
  const value = row ? { kind: row.stored_in.kind, permId: row.stored_in.perm_id, identifier: row.stored_in.identifier, name: row.stored_in.name } : null;
  return {
    name: textField({ name: "name", label: "Name", value: row?.name ?? "", most: 200, counted: false }),
    place: placeField({ name: "stored_in", label: "Belongs to", value, help: HELP, kinds: ["space", "project", "experiment"] }),
  };
}

/** Ask for a new dashboard, make it and go there to arrange it. */
export async function newDashboard() {
  const fields = fieldsOf(null);
  const wish = new Wish();
  const made = await ask({
    title: "New dashboard",
    fields: [fields.name, fields.place],
    confirm: "Make it",
    act: () => wish.send("POST", "dashboards", { json: { name: fields.name.value, stored_in: fields.place.value.permId, kind: fields.place.value.kind } }),
  });
  if (made) location.assign(`${prefix}dashboards/${made.dashboard.id}?edit=1`);
}

/** Ask for another name or place; gives `{name, stored_in}` as they shall be, null after "Cancel". */
export async function nameAndPlace(row) {
  const fields = fieldsOf(row);
  return ask({
    title: "Name and place",
    fields: [fields.name, fields.place],
    confirm: "Take over",
    act: () => ({ name: fields.name.value, stored_in: { kind: fields.place.value.kind, perm_id: fields.place.value.permId, identifier: fields.place.value.identifier, name: fields.place.value.name } }),
  });
}
