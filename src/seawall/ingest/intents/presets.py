"""Intents that many clusters need, by one name.

Source: `docs/guide/intents.md`; the segment follows PCI DSS v4.0, requirement 1
(controls between trusted and untrusted networks), in Seawall's own words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seawall.ingest.intents.groups import Groups
from seawall.ingest.intents.terms import Desk
from seawall.model.intent import Demand, Intent, Written
from seawall.model.origin import Origin

PODS = "pods"


@dataclass(frozen=True, slots=True)
class _Given:
    """The keys of one use of a preset."""

    body: Mapping[str, object]
    origin: Origin
    groups: Groups
    desk: Desk

    def ends(self, key: str, default: str = "") -> tuple[Written, ...]:
        """Return the ends under a key; told if it is missing and has no default."""
        if key in self.body:
            found = self.desk.texts(
                self.body[key], self.origin.at(key), f"an end in `{key}`"
            )
            return self.groups.expanded(found, self.desk)
        if default:
            return (Written(default, self.origin),)
        self.desk.tell(
            self.origin,
            f"the preset has no `{key}`",
            "it says what the preset is about",
            f"write `{key}:` with one end or a list of ends",
        )
        return ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One intent that a preset stands for."""

    says: str
    demand: Demand
    sources: tuple[Written, ...] = ()
    destinations: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset: its keys beside the common ones, and what it stands for."""

    keys: tuple[str, ...]
    parts: Callable[[_Given], tuple[_Part, ...]]


def preset(
    name: str,
    given: Mapping[str, object],
    bare: Intent,
    groups: Groups,
    desk: Desk,
    *,
    named: bool,
) -> tuple[Intent, ...]:
    """Return the intents that a preset stands for; one that has faults if none."""
    parts = PRESETS[name].parts(_Given(given, bare.origin, groups, desk))
    if not parts or desk.fault:
        title = bare.name if named else name
        return (replace(bare, name=title, fault=desk.fault),)
    out = []
    for part in parts:
        title = f"{bare.name}: {part.says}" if named and len(parts) > 1 else part.says
        out.append(
            replace(
                bare,
                name=bare.name if named and len(parts) == 1 else title,
                demand=part.demand,
                sources=part.sources,
                destinations=part.destinations,
            )
        )
    return tuple(out)


def _tenants(given: _Given) -> tuple[_Part, ...]:
    origin = given.origin.at("tenants")
    if "tenants" not in given.body:
        given.ends("tenants")
        return ()
    tenants = given.desk.mapping(given.body["tenants"], origin, "`tenants`")
    ends = {
        name: given.groups.expanded(
            given.desk.texts(value, origin.at(name), f"an end of tenant `{name}`"),
            given.desk,
        )
        for name, value in tenants.items()
    }
    if len(ends) <= 1:
        given.desk.tell(
            origin,
            "there is one tenant" if ends else "there is no tenant",
            "tenants are kept from one another",
            "name at least two",
        )
    return tuple(
        _Part(f"{one} never reaches {other}", Demand.FORBID, ends[one], ends[other])
        for one in ends
        for other in ends
        if one != other
    )


def _segment(given: _Given) -> tuple[_Part, ...]:
    segment = given.ends("segment")
    connected = given.ends("connected") if "connected" in given.body else ()
    outbound = given.ends("outbound") if "outbound" in given.body else ()
    return (
        _Part(
            "only what is connected reaches the segment",
            Demand.ONLY,
            (*segment, *connected),
            segment,
        ),
        _Part(
            "the segment reaches only what is connected, and what is named",
            Demand.CONFINE,
            segment,
            (*segment, *connected, *outbound),
        ),
        _Part("the segment denies by default", Demand.DEFAULT_DENY, segment),
    )


def _no_internet(given: _Given) -> tuple[_Part, ...]:
    sources = given.ends("from", PODS)
    internet = (Written("internet", given.origin),)
    return (_Part("nothing leaves for the internet", Demand.FORBID, sources, internet),)


def _firewall(given: _Given) -> tuple[_Part, ...]:
    return (
        _Part(
            "what leaves for the internet passes the firewall",
            Demand.FIREWALL_ONLY,
            given.ends("from", PODS),
        ),
    )


def _control_plane(given: _Given) -> tuple[_Part, ...]:
    del given
    return (
        _Part(
            "the API server is not reached from the internet",
            Demand.PRIVATE_CONTROL_PLANE,
        ),
    )


def _default_deny(given: _Given) -> tuple[_Part, ...]:
    return (
        _Part(
            "pods are closed unless a policy opens them",
            Demand.DEFAULT_DENY,
            given.ends("in"),
        ),
    )


PRESETS = {
    "tenant-isolation": Preset(("tenants",), _tenants),
    "pci-segment": Preset(("segment", "connected", "outbound"), _segment),
    "no-internet-egress": Preset(("from",), _no_internet),
    "firewall-only": Preset(("from",), _firewall),
    "private-control-plane": Preset((), _control_plane),
    "default-deny": Preset(("in",), _default_deny),
}
"""Every preset by its name."""
