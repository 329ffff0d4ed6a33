"""What a server tells before anybody is logged in, and what of its master data may be changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.errors import CertificateProblem, Forbidden, InvalidInput, OpenBISUnreachable
from openbis_nb.models import PropertyDefinition
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.health import certificate_end, public_information
from openbis_nb.openbis.master_data import (
    assign_property,
    create_data_set_type,
    create_property_type,
    is_internal,
    property_exists,
)
from openbis_nb.sandbox import Sandbox


@pytest.fixture
def here(shared_openbis_sandbox: Sandbox) -> Server:
    return Server(shared_openbis_sandbox.url, ca_bundle=shared_openbis_sandbox.ca_bundle)


async def test_public_information_needs_no_session(here: Server) -> None:
    async with OpenBIS(here) as openbis:
        assert "authentication-service" in await public_information(openbis)


async def test_the_certificate_has_an_end(here: Server) -> None:
    end = await certificate_end(here)
    assert end is not None
    assert end > datetime.now(UTC) + timedelta(days=1)


async def test_plain_http_has_no_certificate() -> None:
    assert await certificate_end(Server("http://127.0.0.1:1")) is None


async def test_a_certificate_of_somebody_else_is_a_problem(here: Server) -> None:
    with pytest.raises(CertificateProblem):
        await certificate_end(Server(here.url))


async def test_where_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(OpenBISUnreachable):
        await certificate_end(Server("https://127.0.0.1:9", request_timeout=2))


@pytest.mark.parametrize(
    ("code", "internal"),
    [
        ("$NAME", True),
        ("$ANYTHING", True),
        ("NAME", True),
        ("HISTORY_ID", True),
        ("NOTES", False),
        ("MY.NAME", False),
    ],
)
def test_which_properties_are_openbis_own(code: str, internal: bool) -> None:
    assert is_internal(code) is internal


@pytest.mark.parametrize("code", ["$NAME", "HISTORY_ID"])
async def test_properties_of_openbis_itself_are_never_touched(code: str, here: Server) -> None:
    """Refused before a request is made: there is no session here."""
    async with OpenBIS(here) as openbis:
        with pytest.raises(InvalidInput, match="not ours"):
            await assign_property(openbis, "ANALYSIS_NOTEBOOK", code)
        with pytest.raises(InvalidInput, match="not ours"):
            await create_property_type(openbis, PropertyDefinition(code), "x")


async def test_a_type_with_a_new_property(openbis_sandbox: Sandbox) -> None:
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    async with OpenBIS(server, openbis_sandbox.token("admin")) as openbis:
        assert not await property_exists(openbis, "LAB_NOTES")
        await create_property_type(
            openbis, PropertyDefinition("LAB_NOTES", "Notes", "MULTILINE_VARCHAR"), "x"
        )
        await create_data_set_type(openbis, "LAB_NOTEBOOK", "x")
        await assign_property(openbis, "LAB_NOTEBOOK", "LAB_NOTES")
        assert await property_exists(openbis, "LAB_NOTES")
        known = await openbis.data_set_type("LAB_NOTEBOOK")
        assert {code: d.mandatory for code, d in known.properties.items()} == {"LAB_NOTES": False}


async def test_only_an_instance_admin_may(openbis_sandbox: Sandbox) -> None:
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    async with OpenBIS(server, openbis_sandbox.token("alice")) as openbis:
        with pytest.raises(Forbidden):
            await create_data_set_type(openbis, "LAB_NOTEBOOK", "x")
