"""Writes of tags."""

from __future__ import annotations

from ..dto.kinds import reference
from ..failures import UserFailure
from ..history import Author
from ..ids import check_code
from ..rpc import Call, application_method
from ..tagging import make_tag, need_tag, tag_id
from ..update_values import field_update
from ..wire import Json, Object, Objects


@application_method("createTags", writes=True)
def create_tags(call: Call, creations: Objects) -> Json:
    """New tags of the caller; their ids."""
    made = []
    for creation in creations:
        code = check_code(creation.get("code"))
        if tag_id(call.db, call.user, {"code": code}) is not None:
            raise UserFailure(f"Tag '{code}' already exists in the database.")
        make_tag(call.db, Author(call.user, call.now), code, creation.get("description"))
        made.append(reference("tag.id.TagPermId", permId=f"/{call.user}/{code}"))
    return made


@application_method("updateTags", writes=True)
def update_tags(call: Call, updates: Objects) -> Json:
    """Change descriptions of own tags."""
    for update in updates:
        number = need_tag(call.db, Author(call.user, call.now), update.get("tagId") or {})
        changed, description = field_update(update, "description")
        if changed:
            call.db.execute("UPDATE tags SET description = ? WHERE id = ?", (description, number))


@application_method("deleteTags", writes=True)
def delete_tags(call: Call, ids: Objects, options: Object) -> Json:
    """Remove own tags from everything."""
    for one in ids:
        number = tag_id(call.db, call.user, one)
        if number is not None:
            call.db.execute("DELETE FROM tags WHERE id = ?", (number,))
