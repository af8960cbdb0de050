"""Which of the assumptions behind an input the answer to one question rests on."""

from collections.abc import Iterable
from typing import NamedTuple

from seawall.model.diagnostic import Assumption
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NameEnd,
    ServiceEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.trace import Layer
from seawall.query.ask import Asked

_POLICIES = (Layer.POLICY_EGRESS, Layer.POLICY_INGRESS)
_PUBLIC = (InternetEnd, AddressEnd, TagEnd, NameEnd)


class _Needs(NamedTuple):
    """What a question must touch so that an assumption may matter to it.

    Attributes:
        layers: It passes one of these places on some way.
        ends: Or it is about one of these kinds of ends.
    """

    layers: tuple[Layer, ...]
    ends: tuple[type[End], ...] = ()


_NEEDS = {
    "in-no-perimeter": _Needs((Layer.RESOURCE_FIREWALL, Layer.SERVICE_ENDPOINT)),
    "api-server-private-endpoint": _Needs(
        (Layer.PRIVATE_ENDPOINT,), (ApiServerEnd, NameEnd, AddressEnd)
    ),
    "api-server-name": _Needs((Layer.NAME,), (ApiServerEnd, NameEnd)),
    "api-server-zone": _Needs((Layer.NAME,), (ApiServerEnd, NameEnd)),
    "api-server-custom-zone": _Needs((Layer.NAME,), (ApiServerEnd, NameEnd)),
    "managed-security-group": _Needs((Layer.NIC_FILTER,)),
    "public-load-balancer": _Needs(
        (Layer.LOAD_BALANCER, Layer.SOURCE_NAT), (InternetEnd, AddressEnd)
    ),
    "internal-load-balancer": _Needs(
        (Layer.LOAD_BALANCER,), (AddressEnd, SubnetEnd, ServiceEnd)
    ),
    "managed-nat-gateway": _Needs((Layer.SOURCE_NAT,)),
    "firewall-threat-lists": _Needs((Layer.FIREWALL,)),
    "policies-are-enforced": _Needs(_POLICIES),
    "policy-engine-defaulted": _Needs(_POLICIES),
    "policy-engine-unknown": _Needs(_POLICIES),
    "pod-addresses-are-private": _Needs(_POLICIES),
    "undeclared-namespaces-have-only-their-name-label": _Needs(_POLICIES),
    "public-cloud": _Needs((Layer.NAME,), (ApiServerEnd, NameEnd, TagEnd)),
    "public-addresses-of-no-service": _Needs((), _PUBLIC),
}
"""Of all other assumptions it is not known what they may matter to."""


def resting(
    pairs: Iterable[Asked], assumptions: Iterable[Assumption]
) -> list[Assumption]:
    """Return the assumptions that the answers about *pairs* may rest on, by id."""
    asked = list(pairs)
    layers = {
        step.layer
        for pair in asked
        for way in pair.answer.branches
        for step in way.steps
    }
    ends = {type(end) for pair in asked for end in (pair.source, pair.target)}
    held = {item.id: item for item in assumptions if _may_matter(item.id, layers, ends)}
    return [held[key] for key in sorted(held)]


def _may_matter(name: str, layers: set[Layer], ends: set[type[End]]) -> bool:
    needs = _NEEDS.get(name)
    if needs is None:
        return True
    return not layers.isdisjoint(needs.layers) or not ends.isdisjoint(needs.ends)
