"""What the hub tells, what an admin sets, what is logged and counted."""

from __future__ import annotations

import json
import logging

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.service.logs import JsonFormatter, log_as_json, request_id
from openbis_nb.service.metrics import Metrics
from openbis_nb.service.place import Place
from openbis_nb.service.settings import ServiceSettings, load

HUB = {"JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api", "JUPYTERHUB_API_TOKEN": "secret"}


def test_the_least_that_a_hub_tells() -> None:
    place = Place.of(HUB)
    assert (place.prefix, place.hub_url, place.client_id) == (
        "/services/openbis/",
        "/hub/",
        "service-openbis",
    )
    assert place.callback == "/services/openbis/oauth_callback"
    assert (place.bind, place.secure, place.public_origin) == (("127.0.0.1", 10910), False, "")
    assert "secret" not in repr(place)


def test_everything_that_a_hub_tells() -> None:
    place = Place.of(
        HUB
        | {
            "JUPYTERHUB_BASE_URL": "/jupyter/",
            "JUPYTERHUB_SERVICE_PREFIX": "/jupyter/services/openbis/",
            "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:9999",
            "JUPYTERHUB_PUBLIC_URL": "https://hub.example.org/jupyter/services/openbis/",
            "JUPYTERHUB_OAUTH_CALLBACK_URL": "/jupyter/services/openbis/oauth_callback",
            "JUPYTERHUB_CLIENT_ID": "service-openbis",
        }
    )
    assert (place.hub_url, place.bind, place.secure) == ("/jupyter/hub/", ("0.0.0.0", 9999), True)
    assert place.public_origin == "https://hub.example.org"
    assert place.access_scope == "access:services!service=openbis"


@pytest.mark.parametrize("missing", sorted(HUB))
def test_what_a_hub_must_tell_is_named(missing: str) -> None:
    with pytest.raises(ConfigurationProblem, match=missing):
        Place.of({name: value for name, value in HUB.items() if name != missing})


def test_settings_are_read_from_the_environment() -> None:
    settings = load(
        {
            "OPENBIS_NB_SERVICE_MAX_BODY": "1M",
            "OPENBIS_NB_SERVICE_LAUNCH_LIFE": "60",
            "OPENBIS_NB_SERVICE_ELN": "no",
            "OPENBIS_NB_SERVICE_ELN_ORIGINS": "https://a.org, https://b.org",
            "OPENBIS_NB_SERVICE_PREPARING": "",
        }
    )
    assert (settings.max_body, settings.launch_life, settings.eln) == (2**20, 60.0, False)
    assert settings.eln_origins == ("https://a.org", "https://b.org")
    assert settings.preparing == ServiceSettings().preparing
    with pytest.raises(ConfigurationProblem, match="OPENBIS_NB_SERVICE_MAX_BODY"):
        load({"OPENBIS_NB_SERVICE_MAX_BODY": "much"})
    with pytest.raises(ConfigurationProblem, match="OPENBIS_NB_SERVICE_LOG_LEVEL"):
        log_as_json("LOUD")


def test_a_line_of_the_log_is_json_without_a_token() -> None:
    token = "alice-241121093000123x0123456789ABCDEF0123456789ABCDEF"
    reset = request_id.set("number-1")
    try:
        try:
            raise ValueError(f"sessionID={token}\nsecond line")
        except ValueError as error:
            record = logging.makeLogRecord(
                {"name": "x", "levelname": "ERROR", "msg": "failed: %s", "args": (token,), "status": 500}
            )
            record.exc_info = (type(error), error, error.__traceback__)
        line = JsonFormatter().format(record)
    finally:
        request_id.reset(reset)
    assert "\n" not in line
    assert token not in line
    found = json.loads(line)
    assert (found["request_id"], found["status"], found["level"]) == ("number-1", 500, "ERROR")
    assert "ValueError" in found["traceback"]


def test_strangers_make_no_figures_of_their_own() -> None:
    metrics = Metrics()
    metrics.failure("no-space")
    metrics.failure('x"} 1\nfoo')
    metrics.failure("a" * 41)
    metrics.request("BREW", "unknown", 405, "")
    text = metrics.text().decode()
    assert 'openbis_nb_failures_total{code="no-space"} 1.0' in text
    assert 'openbis_nb_failures_total{code="other"} 2.0' in text
    assert "BREW" not in text
