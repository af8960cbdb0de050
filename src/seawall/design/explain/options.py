"""Options of a cluster as values: `options.toml`, with the rules that speak of them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from seawall.audit.validity.rules import RULES
from seawall.design.explain.surfaces import Shown, shown
from seawall.ingest.near import nearest as near

_LIKENESS = 0.6
_PARTS = ("enabled", "subnet_cidr", "subnet_name")
"""Keys that say nothing without the one above them."""
_TELLING = 6
"""How long the word of a value must be to stand for its option."""


@dataclass(frozen=True, slots=True)
class Together:
    """What an option needs or excludes.

    Attributes:
        code: The rule that says so; empty if none does.
        says: As a clause.
        source: Which documents say so.
    """

    code: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Often:
    """What is often said, and what is so."""

    said: str
    so: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An option.

    Attributes:
        name: In words.
        group: What it is about.
        az: Its flags, the one to use first; empty if there is none.
        arm: Its path below `properties`.
        terraform: Its path in `azurerm_kubernetes_cluster`; empty if not exposed.
        is_preview: Whether AKS offers it in preview only.
        does: What it does.
        values: What it may be.
        default: What it is when nothing is said.
        without: How far the cluster is isolated then.
        together: What it needs and excludes.
        change: Whether it can be changed later.
        often: What is often said otherwise.
        doubts: Where the platform's own pages contradict each other.
        surfaces: How it looks.
        source: Which documents say so, and when they were read.
    """

    name: str
    group: str
    az: tuple[str, ...]
    arm: str
    terraform: str
    is_preview: bool
    does: str
    values: tuple[str, ...]
    default: str
    without: str
    together: tuple[Together, ...]
    change: str
    often: tuple[Often, ...]
    doubts: tuple[str, ...]
    surfaces: tuple[Shown, ...]
    source: str

    @property
    def title(self) -> str:
        """Its flag, or its path where it has none."""
        return self.az[0] if self.az else self.arm


@cache
def options() -> tuple[Explained, ...]:
    """Return every option that is explained, by what they are about."""
    place = files("seawall.design.explain").joinpath("options.toml")
    read: dict[str, Any] = tomllib.loads(place.read_text("utf-8"))
    rules = {rule.code: rule for rule in RULES}
    day: date = read["as-of"]
    return tuple(_option(item, rules, read["sources"], day) for item in read["option"])


def explain(option: str) -> Explained | None:
    """Return an option by its flag, its name for ARM or Terraform, or a value of it.

    Args:
        option: As `--network-policy`, `networkPolicy`, `network_policy`, the whole path
            or in words; in any case, with or without dashes.
    """
    return _names().get(_folded(option))


def nearest(option: str) -> str:
    """Return what a name was meant for; empty if it is near none."""
    found = near(_folded(option), _names(), _LIKENESS)
    return _names()[found].title if found else ""


@cache
def _names() -> Mapping[str, Explained]:
    """Return options by every name that means one of them."""
    sure: dict[str, Explained] = {}
    short: dict[str, list[Explained]] = {}
    for item in options():
        for name in _whole(item):
            sure.setdefault(_folded(name), item)
        for path in filter(None, (item.arm, item.terraform)):
            *above, last = path.split(".")
            for name in (last, *(above[-1:] if last in _PARTS else ())):
                short.setdefault(_folded(name), []).append(item)
        for value in item.values:
            word = _folded(re.split(r"[ ,:]", value, maxsplit=1)[0])
            if len(word) >= _TELLING:
                short.setdefault(word, []).append(item)
    for name, items in short.items():
        if len({item.name for item in items}) == 1:
            sure.setdefault(name, items[0])
    return sure


def _whole(item: Explained) -> Iterator[str]:
    yield from item.az
    yield item.name
    yield item.arm
    yield f"properties.{item.arm}"
    if item.terraform:
        yield item.terraform
        yield f"azurerm_kubernetes_cluster.{item.terraform}"


def _folded(name: str) -> str:
    plain = name.strip().lower().replace("[]", "")
    return plain.lstrip("-").replace("-", "").replace("_", "").replace(" ", "")


def _option(
    item: Mapping[str, Any],
    rules: Mapping[str, Any],
    sources: Mapping[str, str],
    day: date,
) -> Explained:
    together = [
        Together(code, rules[code].text, rules[code].source)
        for code in item.get("rules", ())
    ]
    source = _source(item["source"], sources, day)
    together += [Together("", says, source) for says in item.get("needs", ())]
    return Explained(
        item["name"],
        item["group"],
        tuple(item["az"]),
        item["arm"],
        item["terraform"],
        item.get("preview", False),
        item["does"],
        tuple(item["values"]),
        item["default"],
        item["without"],
        tuple(together),
        item["change"],
        tuple(Often(*pair) for pair in item.get("often", ())),
        tuple(item.get("doubts", ())),
        shown(item),
        source,
    )


def _source(keys: list[str], sources: Mapping[str, str], day: date) -> str:
    pages = [key for key in keys if key not in sources]
    others = [sources[key] for key in keys if key in sources]
    said = [f"AKS docs, {', '.join(pages)}, read {day}"] if pages else []
    return "; ".join((*said, *others))
