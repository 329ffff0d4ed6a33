"""``openbis-nb publish`` and ``openbis-nb page``, on the real service."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hub.running import until
from tests.integration.cli.conftest import Cli

from .conftest import NUMBER, SECRET, Site, calculation, write


def test_a_file_is_saved_and_published_in_one_step(cli: Cli, site: Site) -> None:
    """D-06, D-07, D-10, rows 56 to 59: it follows its author, the code is not in its bytes, the plan is said
    before, and an observer may read it."""
    path = calculation(cli)
    refused, problem = cli.problem("publish", path)
    assert (refused, "no terminal to ask on" in problem["detail"]) == (2, True)
    assert cli.json("page", "list", "--mine", "--text", path.stem) == []
    result = cli("publish", path, "--yes", "--dashboard", "Group meeting", "--ends", "2099-12-31")
    assert result.exit_code == 0, result.stderr
    for said in ("Seen by:", "without code", "Follows the newest version", "a new dashboard “Group meeting”"):
        assert said in result.stderr
    [page] = cli.json("page", "list", "--mine", "--text", path.stem)
    assert (page["follow"], page["code"], page["author"]) == ("latest", "hidden", "alice")
    assert page["link"] in result.stdout
    content = site.bytes(page["id"])
    assert str(eval(SECRET)).encode() in content
    assert NUMBER.encode() not in content

    again = json.loads(
        cli("publish", path, "--yes", "--json", "--dashboard", "group MEETING", "--code", "shown").stdout
    )
    assert [one["title"] for one in again["dashboards"]] == ["Group meeting"]
    assert NUMBER.encode() in site.bytes(again["id"])


def test_pinned_stays_while_following_follows(cli: Cli, site: Site) -> None:
    """D-02, D-05, D-12, row 58."""
    path = calculation(cli)
    stays = cli.json("publish", path, "--yes", "--pinned", "--title", "For the paper")
    follows = cli.json("publish", path, "--yes")
    write(path, "40 + 2")
    newest = cli.json("save", path)["perm_id"]

    def brought_by_the_visit() -> bool:
        return bool(cli.json("page", "show", follows["id"])["version"]["perm_id"] == newest)

    until(brought_by_the_visit, "the page shows what was saved", 60)
    first = cli.json("page", "show", stays["id"])
    assert (first["version"]["perm_id"] != newest, first["newest_known"]["perm_id"]) == (True, newest)
    brought = cli.json("page", "snapshot", stays["id"])
    assert brought["version"]["perm_id"] == newest
    earlier = first["snapshot_id"]
    back = cli.json("page", "change", stays["link"], "--snapshot", earlier, "--title", "As before")
    assert (back["snapshot_id"], back["title"], back["follow"]) == (earlier, "As before", "pinned")


def test_changed_fetched_and_stopped(cli: Cli, site: Site, tmp_path: Path) -> None:
    """D-11, U-34: the file is what is stored, byte for byte."""
    page = cli.json("publish", calculation(cli), "--yes")
    changed = cli.json("page", "change", page["id"], "--code", "shown", "--ends", "2099-12-31")
    assert (changed["code"], changed["ends_at"][:4]) == ("shown", "2099") or changed["ends_at"][:4] == "2100"
    assert cli.json("page", "change", page["id"], "--no-end")["ends_at"] is None
    file = Path(cli.json("page", "download", page["id"], "-o", tmp_path)["path"])
    assert file.read_bytes() == site.bytes(page["id"])
    assert cli.problem("page", "change", page["id"])[1]["detail"] == "Nothing is to be changed."
    assert cli.json("page", "stop", page["id"], "--yes")["state"] == "stopped"
    assert "stopped" in cli("page", "show", page["id"]).stdout
    assert site.person("olga").get(f"pages/{page['id']}/html").status_code in (404, 410)


def test_who_may_not_write_there_is_told_why(cli: Cli, site: Site, tmp_path: Path) -> None:
    """D-03, D-06, D-12: before anything is published."""
    version = cli.json("save", calculation(cli))["perm_id"]
    olga = Cli(cli.sandbox, tmp_path / "of olga", tmp_path / "cache", tmp_path)
    olga.login("olga")
    code, problem = olga.problem("publish", version, "--yes")
    assert (problem["code"], code) == ("forbidden", 4)
