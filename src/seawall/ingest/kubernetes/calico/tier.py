"""Reads Tiers, and knows those that every Calico has."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from seawall.ingest.kubernetes.calico.text import TIER_NAME, Found
from seawall.ingest.kubernetes.network_policy.policy import repeated_key
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.fault import Fault, near, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic
from seawall.model.origin import Pointer
from seawall.model.ranked import ADMIN_TIER, BASELINE_TIER, DEFAULT_TIER, Tier

DEFAULT = "default"
TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_LONGEST = 63
_RULE = "a tier is named by at most 63 lower-case letters, digits and hyphens"


@dataclass(frozen=True, slots=True)
class KnownTier:
    """A tier, and whether what none of its rules matches is denied."""

    tier: Tier
    denies: bool


_BUILT_IN = {
    DEFAULT: KnownTier(DEFAULT_TIER, denies=True),
    **dict.fromkeys(
        ("kube-admin", "adminnetworkpolicy"), KnownTier(ADMIN_TIER, denies=False)
    ),
    **dict.fromkeys(
        ("kube-baseline", "baselineadminnetworkpolicy"),
        KnownTier(BASELINE_TIER, denies=False),
    ),
}
"""The tiers that Calico makes itself, under their newer and older names.

Source: projectcalico/calico api/pkg/apis/projectcalico/v3 tier.go; lib/names.
"""


class Tiers:
    """The tiers of the input, by name."""

    def __init__(self, records: Iterable[Record]) -> None:
        """Read every Tier; those that differ under one name are in doubt."""
        self.diagnostics: list[Diagnostic] = []
        self._known = dict(_BUILT_IN)
        self._doubts: dict[str, str] = {}
        seen: dict[str, KnownTier | None] = {}
        for record in records:
            tier = self._read(record)
            if record.name in seen and seen[record.name] != tier:
                why = f"Tier `{record.name}` stands more than once, with other content"
                self._doubts.setdefault(record.name, why)
            seen.setdefault(record.name, tier)
            if tier is not None:
                self._known.setdefault(record.name, tier)

    def find(self, name: str) -> KnownTier | None:
        """Return a tier that is known, or None."""
        return self._known.get(name)

    def doubt(self, name: str) -> str | None:
        """Return what is not known about a tier, as a clause."""
        if name in self._doubts:
            return self._doubts[name]
        return None if name in self._known else f"Tier `{name}` is not in the input"

    def _read(self, record: Record) -> KnownTier | None:
        found = Found()
        faults = found.faults
        faults.extend(version_faults(record))
        faults.extend(repeated_key(place) for place in record.repeated)
        refuse_unknown_fields(dict(record.body), TOP, (), faults)
        name = record.name
        if not TIER_NAME.fullmatch(name) or len(name) > _LONGEST:
            place: Pointer = ("metadata", "name")
            faults.append(text_fault(name, place, _RULE, "mend the name"))
        spec = record.body.get("spec")
        if spec is not None and not isinstance(spec, dict):
            faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
        fields = spec if isinstance(spec, dict) else {}
        known = frozenset({"order", "defaultAction"})
        refuse_unknown_fields(fields, known, ("spec",), faults)
        order = read_order(fields.get("order"), ("spec", "order"), found)
        denies = _denies(fields.get("defaultAction"), found)
        tier = KnownTier(Tier(order, name), denies)
        built_in = _BUILT_IN.get(name)
        if built_in is not None and not faults:
            tier = KnownTier(built_in.tier, denies)
            if order != built_in.tier.order or denies is not built_in.denies:
                faults.append(_changed(name, built_in))
        self.diagnostics.extend(found.told(record.origin))
        if faults:
            self._doubts.setdefault(name, f"Tier `{name}`: {faults[0].what}")
            return None
        return tier


def read_order(value: object, pointer: Pointer, found: Found) -> float:
    """Return an order; infinity, which is last, if it is left out.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3, `order`.
    """
    if value is None:
        return math.inf
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, int | float) and number and abs(value) <= _HIGHEST:
        return float(value)
    found.faults.append(wrong_type(pointer, "order", value, "a number"))
    return math.inf


_HIGHEST = 1e300


def _denies(value: object, found: Found) -> bool:
    if value is None or value == "Deny":
        return True
    if value == "Pass":
        return False
    close = near(value, ("Deny", "Pass"))
    found.faults.append(
        Fault(
            ("spec", "defaultAction"),
            f"`defaultAction` is {shown(value)}",
            "Calico knows `Deny`, which is the default, and `Pass`",
            f"write `{close}`" if close else "choose one of the two",
        )
    )
    return True


def _changed(name: str, built_in: KnownTier) -> Fault:
    action = "Deny" if built_in.denies else "Pass"
    return Fault(
        ("spec",),
        f"Tier `{name}` is Calico's own, and is changed here",
        f"it has the order {built_in.tier.order:.0f} and the default action `{action}`;"
        " the API server refuses another",
        "remove the object, and make a tier of your own",
    )
