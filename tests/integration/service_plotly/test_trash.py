"""Trash, restore, delete for ever: openBIS' own trash, with Plotly's codes."""

from __future__ import annotations

from openbis_nb.sandbox import Sandbox

from .client import PlotlyClient, errors_of, message_of, notebook
from .conftest import PLACE, versions_of


def test_trash_is_idempotent_and_recoverable(
    openbis: Sandbox, alice: PlotlyClient, olga: PlotlyClient, name: str
) -> None:
    """P-12, P-36, P-37."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    fid = made["fid"]
    alice.patch(fid, content=notebook("2").decode())
    before = alice.get(f"/{fid}").json()
    answers = [alice.post(f"/{fid}/trash"), alice.post(f"/{fid}/trash"), alice.ask("DELETE", f"/{fid}")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert (answers[0].json()["fid"], answers[0].json()["deleted"]) == (fid, True)
    assert versions_of(openbis, name.removesuffix(".ipynb")) == []
    told = message_of(alice.get(f"/{fid}"), 404)
    assert "in the trash" in told
    assert "restore" in told
    assert "in the trash" not in message_of(olga.get(f"/{fid}"), 404)
    listed = alice.get("", filename=name).json()["results"]
    assert [one["fid"] for one in listed] == []
    for _ in range(2):
        back = alice.post(f"/{fid}/restore")
        assert back.status_code == 200, back.text
        assert back.json() == before
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 2


def test_what_is_deleted_for_ever_was_in_the_trash(
    openbis: Sandbox, alice: PlotlyClient, admin: PlotlyClient, name: str
) -> None:
    """P-13, P-37: 409 unless trashed, 403 without the right in openBIS, 204 without a body, then 404."""
    fid = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)["fid"]
    assert "trash" in message_of(admin.ask("DELETE", f"/{fid}/permanent_delete"), 409)
    assert alice.post(f"/{fid}/trash").status_code == 200
    assert "ADMIN" in message_of(alice.ask("DELETE", f"/{fid}/permanent_delete"), 403)
    gone = admin.ask("DELETE", f"/{fid}/permanent_delete")
    assert (gone.status_code, gone.content) == (204, b"")
    errors_of(admin.ask("DELETE", f"/{fid}/permanent_delete"), 404)
    errors_of(alice.post(f"/{fid}/restore"), 404)
    errors_of(alice.post(f"/{fid}/trash"), 404)


def test_who_may_not_trash_is_told_the_role(
    ursula: PlotlyClient, olga: PlotlyClient, bob: PlotlyClient, name: str
) -> None:
    """P-37: openBIS' right to delete decides."""
    fid = ursula.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)["fid"]
    for who in (ursula, olga):
        assert "POWER_USER" in message_of(who.post(f"/{fid}/trash"), 403)
    for path in ("trash", "restore"):
        errors_of(bob.post(f"/{fid}/{path}"), 404)
    errors_of(bob.ask("DELETE", f"/{fid}/permanent_delete"), 404)
    assert ursula.get(f"/{fid}").status_code == 200
