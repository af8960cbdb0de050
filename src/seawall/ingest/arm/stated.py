"""What is known of a resource before it is deployed: what is stated of it, and ids.

Parts that a resource lists by name have ids of their own, which are made of its id, the
name of the list and theirs: `first(vnet.properties.subnets).id` is known beforehand.

Source: Azure docs, template-functions-resource (reference, resourceId); Azure REST API
specifications, Microsoft.Network, `SubResource` and the examples of each type; read
2026-11.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seawall.ingest.arm.language.values import (
    Members,
    Rest,
    Unknown,
    Value,
    joined,
    lookup,
)
from seawall.ingest.arm.targets import as_word
from seawall.ingest.resource import REST

_NETWORK = "microsoft.network/"

_LISTS: Mapping[str, frozenset[str]] = {
    _NETWORK + "virtualnetworks": frozenset({"subnets", "virtualnetworkpeerings"}),
    _NETWORK + "networksecuritygroups": frozenset({"securityrules"}),
    _NETWORK + "routetables": frozenset({"routes"}),
    _NETWORK + "networkinterfaces": frozenset({"ipconfigurations"}),
    _NETWORK + "loadbalancers": frozenset(
        {"frontendipconfigurations", "backendaddresspools", "probes"}
        | {"loadbalancingrules", "inboundnatrules", "inboundnatpools", "outboundrules"}
    ),
    _NETWORK + "applicationgateways": frozenset(
        {"gatewayipconfigurations", "frontendipconfigurations", "frontendports"}
        | {"backendaddresspools", "backendhttpsettingscollection", "httplisteners"}
        | {"requestroutingrules", "probes", "sslcertificates", "urlpathmaps"}
    ),
}
"""The lists of a type whose elements have ids of their own, in lower case."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated of resources, to which the platform may add.

    Attributes:
        rest: What the platform may add.
        by_place: Called when one of several named parts is taken by its place.
    """

    rest: Unknown
    by_place: Callable[[], None]

    def properties(self, value: Value, kind: str, own: Value) -> Value:
        """Return the properties of a resource, its parts with their ids.

        Args:
            value: What is stated.
            kind: The type of the resource.
            own: Its id.
        """
        lists = _LISTS.get(kind.lower(), frozenset())
        if not isinstance(value, dict):
            return {REST: self.rest}
        return {
            REST: self.rest,
            **{
                key: self._parts(item, joined([own, f"/{key}/"]))
                if str(key).lower() in lists and isinstance(item, list)
                else self.opened(item)
                for key, item in value.items()
                if item is not None
            },
        }

    def opened(self, value: Value) -> Value:
        """Return what is stated, to which the platform may add at any depth.

        Where null is stated nothing is, and the service's own value holds.
        """
        if isinstance(value, dict):
            inner = {
                key: self.opened(item)
                for key, item in value.items()
                if item is not None
            }
            return {REST: self.rest, **inner}
        if isinstance(value, list):
            return [*[self.opened(item) for item in value], Rest(self.rest)]
        return value

    def _parts(self, items: list[Value], above: Value) -> Value:
        """Return the elements of a list, each with its id."""
        known = [self._part(item, above) for item in items]
        return Members([*known, Rest(self.rest)], self.by_place)

    def _part(self, item: Value, above: Value) -> Value:
        found = self.opened(item)
        spelled = lookup(found, "name") if isinstance(found, dict) else None
        if spelled is None or lookup(found, "id") is not None:
            return found
        return {**found, "id": joined([above, as_word(found[spelled])])}


def part_of(properties: Value, segment: str, name: str) -> Value:
    """Return what a resource states of one of its parts; None if it states none.

    Args:
        properties: Its properties.
        segment: The name of the list that the part is in, as in ids.
        name: The name of the part.
    """
    if not isinstance(properties, dict):
        return None
    spelled = lookup(properties, segment)
    items = properties[spelled] if spelled is not None else None
    for item in items if isinstance(items, list) else ():
        own = lookup(item, "name") if isinstance(item, dict) else None
        if own is None or not isinstance(item[own], str):
            continue
        inner = lookup(item, "properties")
        if item[own].lower() == name.lower():
            return item[inner] if inner is not None else None
    return None
