"""Regions and versions of the platform, as of a day: `platform.toml` as values."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Version:
    """A minor version of Kubernetes on AKS.

    Attributes:
        name: As `1.34`.
        start: When it became generally available.
        end: The last day of its support.
    """

    name: str
    start: date
    end: date

    @property
    def number(self) -> tuple[int, int]:
        """Its major and minor number."""
        major, minor = self.name.split(".")
        return int(major), int(minor)


@dataclass(frozen=True, slots=True)
class Platform:
    """What is known of the platform.

    Attributes:
        as_of: The day of it.
        regions: Where clusters may stand.
        sovereign: Regions of other clouds.
        versions: Oldest first.
        sources: By what they say.
    """

    as_of: date
    regions: frozenset[str]
    sovereign: frozenset[str]
    versions: tuple[Version, ...]
    sources: dict[str, str]

    def supported(self, day: date) -> tuple[Version, ...]:
        """Return the versions that AKS supports on a day, oldest first."""
        return tuple(it for it in self.versions if it.start <= day <= it.end)

    def newest(self, day: date) -> Version:
        """Return the newest version of a day; the newest that is known if none is."""
        return (self.supported(day) or self.versions)[-1]


@cache
def platform() -> Platform:
    """Return what is known of the platform."""
    place = files("seawall.design.requirements").joinpath("platform.toml")
    read: dict[str, Any] = tomllib.loads(place.read_text("utf-8"))
    return Platform(
        read["as-of"],
        frozenset(read["regions"]),
        frozenset(read["sovereign"]),
        tuple(
            Version(item["name"], item["from"], item["until"])
            for item in read["version"]
        ),
        read["sources"],
    )
