"""The setting that names the spawner's profiles."""

from __future__ import annotations

import json

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.service import settings
from openbis_nb.service.profiles import Profile, parse_profiles

LARGE = {"slug": "large", "display_name": "Large", "description": "64 GB", "user_options": {"profile": "l"}}


def test_profiles_keep_their_order_and_options() -> None:
    found = parse_profiles(json.dumps([{"slug": "small"}, LARGE]))
    assert found == (Profile("small", "small"), Profile("large", "Large", "64 GB", {"profile": "l"}))


def test_none_is_none() -> None:
    assert parse_profiles("") == parse_profiles("[]") == ()


WRONG = [
    ("[", "not JSON"),
    ('{"slug": "a"}', "not a JSON list"),
    ('[{"display_name": "A"}]', "without a slug"),
    ('[{"slug": "a/b"}]', "without a slug"),
    ('[{"slug": "a"}, {"slug": "a"}]', "slug twice"),
    ('[{"slug": "a", "image": "x"}]', "unknown key 'image'"),
    ('[{"slug": "a", "user_options": []}]', "wrong type"),
    ('[{"slug": "a", "description": 4}]', "wrong type"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_setting_stops_the_service_and_says_why(text: str, said: str) -> None:
    with pytest.raises(ConfigurationProblem, match="OPENBIS_NB_SERVICE_PROFILES") as caught:
        settings.load({"OPENBIS_NB_SERVICE_PROFILES": text})
    assert said in caught.value.message
