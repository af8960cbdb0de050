"""Whether two surfaces say the same: what was read of each, value by value.

Places and the ids by which a surface names things are left out; names stand for them.
How a value is known (stated, or by default) is left out too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from seawall.model.address import AddressRange
from seawall.model.details import Details
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot

_UNTOLD = frozenset({"origin", "why", "doubt", "policy"})
_SPELLED = frozenset({"written"})
"""Parts of the fabric that say how a surface spells what it names."""
_AFTERWARDS = "known only after"
"""How readers say, each in its words, that Azure gives a value."""
_MOST = 20

COMPARED = (
    "the cluster and its pools",
    "networks, subnets and peerings",
    "rules of network security groups",
    "routes",
    "rules of firewalls",
    "NAT gateways, load balancers and application gateways",
    "private endpoints, services and zones",
)
"""What is compared, in words."""


def differences(one: Snapshot, other: Snapshot) -> Iterator[str]:
    """Yield where two snapshots differ in what decides, as clauses.

    Complexity: linear in what was read.
    """
    first, second = _told(one), _told(other)
    for count, each in enumerate(_differ("", first, second)):
        if count == _MOST:
            yield "and more"
            return
        yield each


Told = str | tuple["Told", ...] | Mapping[str, "Told"]


def _told(snapshot: Snapshot) -> Told:
    names = dict(_names(snapshot))
    out: dict[str, Told] = {"cluster": _plain(snapshot.cluster, names)}
    for field in fields(Fabric):
        if field.name in _SPELLED:
            continue
        out[field.name] = _plain(getattr(snapshot.fabric, field.name), names)
    return out


def _names(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield ids with names that are the same whatever the surface."""
    networks = {item.id: item.name for item in snapshot.fabric.networks}
    for subnet in snapshot.fabric.subnets:
        yield subnet.id, f"{networks.get(subnet.network, '?')}/{subnet.name}"
    for field in fields(Fabric):
        for item in _listed(getattr(snapshot.fabric, field.name)):
            identity, name = getattr(item, "id", None), getattr(item, "name", None)
            if isinstance(identity, str) and isinstance(name, str):
                yield identity, f"{field.name}/{name}"
    if snapshot.cluster is not None:
        yield snapshot.cluster.id, "cluster"


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _plain(value: object, names: Mapping[str, str]) -> Told:
    if isinstance(value, Setting):
        value = value.value if value.known else "?"
    if isinstance(value, Details):
        known = {key: item for key, item in value.settings if item.known}
        return {key: _plain(item, names) for key, item in sorted(known.items())}
    if is_dataclass(value) and not isinstance(value, AddressRange):
        return {
            item.name: _plain(found, names)
            for item in fields(value)
            if item.name not in _UNTOLD
            and not isinstance(found := getattr(value, item.name), Origin)
        }
    if isinstance(value, tuple):
        return _by_name(tuple(_plain(item, names) for item in value))
    if isinstance(value, frozenset):
        return tuple(sorted(str(_plain(item, names)) for item in value))
    text = str(value.value if isinstance(value, Enum) else value)
    if _AFTERWARDS in text:
        return "?"
    return names.get(text, _short(text))


def _by_name(items: tuple[Told, ...]) -> Told:
    """Return things by their names, so that one that is missing is told by its own."""
    keyed: dict[str, Told] = {}
    for item in items:
        name = item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or not name or name in keyed:
            return tuple(sorted(items, key=str))
        keyed[name] = item
    return keyed or ()


def _short(text: str) -> str:
    """Return an id without where it stands, as surfaces differ in that."""
    return "/".join(text.lower().split("/")[-2:]) if text.count("/") > 2 else text  # noqa: PLR2004


def _differ(path: str, one: Told, other: Told) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if path.endswith("details"):  # what a surface does not say there is not known
            both = one.keys() & other.keys()
        else:
            both = one.keys() | other.keys()
        for key in sorted(both):
            if key == "id":
                continue
            below = f"{path}.{key}" if path else key
            yield from _differ(
                below, one.get(key, "nothing"), other.get(key, "nothing")
            )
        return
    yield f"{path}: {_shown(one)} and {_shown(other)}"


def _shown(value: Told) -> str:
    text = str(value)
    return text if len(text) < 200 else f"{text[:200]}…"  # noqa: PLR2004
