"""The dated catalogue of what a cluster must reach, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from seawall.model.catalogue import required_egress
from seawall.model.packet import Protocol

CLOUDS = ("global", "china", "usgov")
"""Azure, Azure operated by 21Vianet, Azure Government."""

Version = tuple[int, int]
"""Major and minor number of a version of Kubernetes."""

CORE = "core"
_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+)?(?:[-+].*)?$")
_TEXT_OF_CLOUD = {
    "global": "Azure Global",
    "china": "Azure China (21Vianet)",
    "usgov": "Azure US Government",
}


class Importance(Enum):
    """What it means when a requirement is not met."""

    REQUIRED = "required"
    """Something stops working."""
    OPTIONAL = "optional"
    """The platform recommends it; the cluster lives without."""
    TOLERATED = "tolerated"
    """The platform sends it and says that it may be blocked."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that a cluster must, or should, be able to reach.

    Attributes:
        id: Its name in the catalogue.
        feature: The part of the cluster that needs it; `core` is every cluster.
        importance: What it means when it is blocked.
        end: What the destination is, where it is not a name: `api-server`,
            `api-server-address`, `dns-servers`, `bootstrap-registry`, `vaults`, `tag`.
        names: Name patterns by cloud; `<region>` stands for the cluster's region.
        text: The destination in words, where it is not a name.
        also: Other forms in which the platform lets it be allowed: `tag:NAME`.
        suffix: What names of the resources that are meant end in.
        protocol: Its number.
        ports: All of them are needed.
        why: What it is for, as a clause.
        breaks: What happens without it, as a clause.
        clouds: Where it applies.
        start: From when on it is needed.
        stop: From when on it is not needed any more.
        when: Facts of the cluster, each with the values under which it applies.
        pools: Likewise, facts of a node pool.
        pods: Pods that need it themselves, as `namespace/name`, `*` for any ending.
        doubt: Why the platform leaves it open whether it is needed; empty otherwise.
        doubted_from: Since when it is open; None is always.
        source: Which document says so, and when it was read.
        kubernetes: The version of Kubernetes from which on it applies; None is any.
    """

    id: str
    feature: str
    importance: Importance
    end: str
    names: Mapping[str, tuple[str, ...]]
    text: str
    also: tuple[str, ...]
    suffix: str
    protocol: int
    ports: tuple[int, ...]
    why: str
    breaks: str
    clouds: tuple[str, ...]
    start: date | None
    stop: date | None
    when: tuple[tuple[str, tuple[str, ...]], ...]
    pools: tuple[tuple[str, tuple[str, ...]], ...]
    pods: tuple[str, ...]
    doubt: str
    doubted_from: date | None
    source: str
    kubernetes: Version | None

    @property
    def service(self) -> str:
        """Its protocol and ports in words."""
        ports = ",".join(str(port) for port in self.ports)
        return f"{Protocol(self.protocol).name} {ports}"

    def holds_at(self, day: date) -> bool:
        """Whether it is needed at all on a day."""
        begun = self.start is None or self.start <= day
        return begun and (self.stop is None or day < self.stop)

    def doubt_at(self, day: date) -> str:
        """Return why it is open on a day whether it is needed; empty if it is not."""
        if self.doubted_from is not None and day < self.doubted_from:
            return ""
        return self.doubt


@dataclass(frozen=True, slots=True)
class Retirement:
    """Something that ends on a day.

    Attributes:
        id: Its name in the catalogue.
        what: What ends.
        day: The day from which on it has.
        effect: What that means, as a clause.
        mend: What to do, imperative.
        when: Facts of the cluster, each with the values under which it is meant.
        pools: Likewise, facts of a node pool.
        doubt: Why it is not sure that it is meant; empty otherwise.
        kubernetes: The version from which on it cannot be used; None if none is told.
        source: Which document says so, and when it was read.
    """

    id: str
    what: str
    day: date
    effect: str
    mend: str
    when: tuple[tuple[str, tuple[str, ...]], ...]
    pools: tuple[tuple[str, tuple[str, ...]], ...]
    doubt: str
    kubernetes: Version | None
    source: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Where anybody can have a place of their own.

    Attributes:
        names: Domains.
        tags: Service tags.
        whole: Whether a single name under a domain counts, and not only a pattern.
        why: Whose places are there, as a clause.
    """

    names: tuple[str, ...]
    tags: tuple[str, ...]
    whole: bool
    why: str

    def holds_name(self, pattern: str) -> bool:
        """Whether a name, or names by a pattern, lead to anybody's places."""
        text = pattern.lower()
        bare = text.lstrip("*").lstrip(".")
        below = any(
            bare == name or bare.endswith(f".{name}") or name.endswith(f".{bare}")
            for name in self.names
        )
        return below and ("*" in text or self.whole)

    def holds_tag(self, tag: str) -> bool:
        """Whether a service tag, of one region perhaps, is one of these."""
        text = f"{tag.lower()}."
        return any(text.startswith(f"{each.lower()}.") for each in self.tags)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All requirements, where anybody has a place, and the day as of which it holds."""

    as_of: date
    requirements: tuple[Requirement, ...]
    shared: tuple[Shared, ...]
    retirements: tuple[Retirement, ...]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that comes with this version."""
    raw = required_egress()
    sources = raw["sources"]
    return Catalogue(
        raw["as-of"],
        tuple(_requirement(each, sources) for each in raw["requirement"]),
        tuple(
            Shared(
                tuple(each.get("names", ())),
                tuple(each.get("tags", ())),
                each.get("whole", False),
                each["why"],
            )
            for each in raw["shared"]
        ),
        tuple(_retirement(each, sources["retirements"]) for each in raw["retirement"]),
    )


def version_of(text: str) -> Version | None:
    """Return major and minor number of `1.33` or `1.33.2`; None for other texts."""
    match = _VERSION.match(text)
    return (int(match[1]), int(match[2])) if match else None


def cloud_text(cloud: str) -> str:
    """Return a cloud as its owner calls it."""
    return _TEXT_OF_CLOUD[cloud]


def _requirement(raw: Mapping[str, Any], sources: Mapping[str, str]) -> Requirement:
    names, clouds = raw.get("names", ()), raw.get("clouds", CLOUDS)
    if isinstance(names, Mapping):
        clouds = tuple(names)
        by_cloud = {cloud: tuple(listed) for cloud, listed in names.items()}
    else:
        by_cloud = dict.fromkeys(clouds, tuple(names))
    return Requirement(
        id=raw["id"],
        feature=raw.get("feature", CORE),
        importance=Importance(raw.get("need", "required")),
        end=raw.get("end", ""),
        names=by_cloud,
        text=raw.get("text", ""),
        also=tuple(raw.get("also", ())),
        suffix=raw.get("suffix", ""),
        protocol=int(Protocol[raw.get("protocol", "TCP")]),
        ports=tuple(raw.get("ports", (443,))),
        why=raw["why"],
        breaks=raw["breaks"],
        clouds=tuple(clouds),
        start=raw.get("from"),
        stop=raw.get("until"),
        when=_conditions(raw.get("when", {})),
        pools=_conditions(raw.get("pools", {})),
        pods=tuple(raw.get("pods", ())),
        doubt=raw.get("doubt", ""),
        doubted_from=raw.get("doubt-from"),
        source=sources[raw.get("source", "outbound")],
        kubernetes=_version(raw),
    )


def _retirement(raw: Mapping[str, Any], source: str) -> Retirement:
    return Retirement(
        id=raw["id"],
        what=raw["what"],
        day=raw["on"],
        effect=raw["effect"],
        mend=raw["mend"],
        when=_conditions(raw.get("when", {})),
        pools=_conditions(raw.get("pools", {})),
        doubt=raw.get("doubt", ""),
        kubernetes=_version(raw),
        source=source,
    )


def _version(raw: Mapping[str, Any]) -> Version | None:
    return version_of(raw.get("kubernetes", ""))


def _conditions(raw: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((fact, tuple(values)) for fact, values in raw.items())
