"""Clients repeat on 5xx and 429, and know no idempotency keys: one write stays one (P-40)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from openbis_nb.sandbox import Sandbox

from .client import PlotlyClient, errors_of, notebook
from .conftest import PLACE, versions_of


def test_an_upload_whose_answer_was_lost_is_one_notebook(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-40: openBIS stored it, and nobody heard; the client repeats."""
    openbis.faults.add("answer-lost", "createUploadedDataSet")
    headers = {"X-File-Name": name, "Plotly-Parent-Path": PLACE}
    answer = alice.ask("POST", "/upload", repeat=True, data=notebook("1"), headers=headers)
    assert answer.status_code == 201, answer.text
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 1


def test_an_upload_while_openbis_is_away_is_stored_when_it_is_back(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-40."""
    openbis.faults.add("status", "*", count=6, status=503)
    headers = {"X-File-Name": name, "Plotly-Parent-Path": PLACE}
    answer = alice.ask("POST", "/upload", repeat=True, data=notebook("1"), headers=headers)
    assert answer.status_code == 201, answer.text
    assert alice.tries > 1
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 1


def test_the_same_upload_again_is_answered_by_what_it_made(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-40: the answer of the first may have been lost on its way; other content is another notebook."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    assert alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE) == made
    other_words = {"Plotly_Parent_Path": f"{PLACE.lower()}/", "Plotly_Parent": "-1"}
    assert alice.uploaded(notebook("1"), name.removesuffix(".ipynb"), **other_words) == made
    other = alice.uploaded(notebook("2"), name, Plotly_Parent_Path=PLACE)
    assert other["fid"] != made["fid"]
    assert alice.post(f"/{made['fid']}/trash").status_code == 200
    again = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    assert again["fid"] not in (made["fid"], other["fid"])
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 2


def test_the_same_upload_at_the_same_time_is_told_to_wait(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-40: 429, which clients repeat after."""
    openbis.faults.add("latency", "createUploadedDataSet", seconds=1.0)
    headers = {"X-File-Name": name, "Plotly-Parent-Path": PLACE}
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda _: alice.ask("POST", "/upload", repeat=True, data=notebook("1"), headers=headers), "12"
            )
        )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["fid"] == answers[1].json()["fid"]
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 1


def test_a_client_may_send_a_key_of_its_own(openbis: Sandbox, alice: PlotlyClient, name: str) -> None:
    """P-40: then the same is the same for a day, and another request with that key is refused."""
    key = {"Idempotency-Key": f"key of {name}".replace(" ", "-"), "Plotly-Parent-Path": PLACE}
    made = alice.uploaded(notebook("1"), name, **key)
    assert alice.uploaded(notebook("1"), name, **key)["fid"] == made["fid"]
    errors_of(alice.upload(notebook("2"), name, **key), 422)
    errors_of(alice.upload(notebook("1"), f"Other {name}", **key), 422)
    assert len(versions_of(openbis, name.removesuffix(".ipynb"))) == 1


def test_a_change_that_is_repeated_is_one_version_and_there_and_back_are_two(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-09, P-40."""
    fid = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)["fid"]
    openbis.faults.add("answer-lost", "createUploadedDataSet")
    changed = {"filename": f"Other {name}"}
    answer = alice.ask("PATCH", f"/{fid}", repeat=True, json=changed)
    assert answer.status_code == 200, answer.text
    assert len(versions_of(openbis, f"Other {name}".removesuffix(".ipynb"))) == 1
    assert alice.patch(fid, filename=name).json()["filename"] == name
    assert alice.patch(fid, **changed).json()["filename"] == f"Other {name}"
    assert len(versions_of(openbis, f"Other {name}".removesuffix(".ipynb"))) == 2
    errors_of(alice.patch(fid, filename=""), 400)
