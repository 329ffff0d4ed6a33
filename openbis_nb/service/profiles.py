"""The spawner's profiles, as the admin tells the service: the hub has no interface that lists them.

A JSON list, in the order of the dialog; ``user_options`` go to the spawner as they are::

    [{"slug": "small", "display_name": "Small", "description": "1 core, 2 GB"},
     {"slug": "large", "display_name": "Large", "user_options": {"profile": "large"}}]

With KubeSpawner's ``profile_list``, ``{"profile": "<slug of the profile>"}`` is what its own form sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Profile", "parse_profiles"]

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_KEYS = {"slug", "display_name", "description", "user_options"}


@dataclass(frozen=True, slots=True)
class Profile:
    """One choice of machine. ``user_options`` is what the hub's API takes for a new server."""

    slug: str
    display_name: str
    description: str = ""
    user_options: Mapping[str, Any] = field(default_factory=dict)


def parse_profiles(text: str | Sequence[Mapping[str, Any]]) -> tuple[Profile, ...]:
    """Profiles from the JSON of the setting.

    Raises:
        ValueError: says what is wrong, as a setting's parser does.
    """
    if isinstance(text, str):
        try:
            text = json.loads(text) if text.strip() else []
        except ValueError as error:
            raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(text, list) or not all(isinstance(item, dict) for item in text):
        raise ValueError("is not a JSON list of objects")
    profiles = tuple(_profile(item) for item in text)
    if len({profile.slug for profile in profiles}) != len(profiles):
        raise ValueError("has a slug twice")
    return profiles


def _profile(item: Mapping[str, Any]) -> Profile:
    unknown = sorted(set(item) - _KEYS)
    if unknown:
        raise ValueError(f"has an unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    slug, options = item.get("slug"), item.get("user_options", {})
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ValueError("has a profile without a slug of letters, digits and -")
    texts = (item.get("display_name", slug), item.get("description", ""))
    if not all(isinstance(text, str) for text in texts) or not isinstance(options, dict):
        raise ValueError(f"has a profile {slug!r} whose texts or user_options have the wrong type")
    return Profile(slug, *texts, options)
