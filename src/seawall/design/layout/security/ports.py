"""Rules of network security groups as values, and the ports that designs speak of.

Source: Azure REST API, Microsoft.Network, securityRules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seawall.emit.tree import Value
from seawall.model.address import AddressRange

ANY = ("*",)
LAST_PRIORITY = 4096
_STEP = 10
_FIRST = 100
_LONGEST = 140
Ends = Sequence[str | AddressRange]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule lets pass.

    Attributes:
        name: Its name.
        sources: Prefixes or service tags.
        destinations: Prefixes or service tags.
        ports: Ports of the destination.
        why: A sentence, which the rule carries.
        protocol: `Tcp`, `Udp` or `*`.
    """

    name: str
    sources: Ends
    destinations: Ends
    ports: Sequence[str | int]
    why: str
    protocol: str = "Tcp"


_LATE = 4000
_PRIVATE = Rule(
    "DenyPrivateOut",
    ANY,
    ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    ANY,
    "Private addresses that no rule above names.",
    "*",
)


def rules(
    inbound: Iterable[Rule],
    outbound: Iterable[Rule],
    *,
    closed_out: bool,
    last_out: Iterable[Rule] = (),
) -> tuple[Value, ...]:
    """Return what passes, then what denies the rest.

    Args:
        inbound: What comes in; all else is denied.
        outbound: What goes out.
        closed_out: Whether all else that goes out is denied.
        last_out: What goes out to the internet, after all private addresses that no
            rule named were denied.
    """
    found = [*_numbered(inbound, "Inbound"), _rest("Inbound")]
    found += _numbered(outbound, "Outbound")
    last = tuple(last_out)
    if last:
        found.append(_written(_PRIVATE, "Outbound", "Deny", _LATE))
        found += _numbered(last, "Outbound", _LATE + _STEP)
    return (*found, _rest("Outbound")) if closed_out else tuple(found)


def _numbered(
    items: Iterable[Rule], direction: str, first: int = _FIRST
) -> list[Value]:
    return [
        _written(item, direction, "Allow", first + _STEP * index)
        for index, item in enumerate(items)
    ]


def _rest(direction: str) -> Value:
    word = direction.removesuffix("bound")
    why = "All that no rule above lets pass."
    rule = Rule(f"DenyAll{word}", ANY, ANY, ANY, why, "*")
    return _written(rule, direction, "Deny", LAST_PRIORITY)


def _written(rule: Rule, direction: str, access: str, priority: int) -> Value:
    return {
        "name": rule.name,
        "properties": {
            "description": rule.why[:_LONGEST],
            "priority": priority,
            "direction": direction,
            "access": access,
            "protocol": rule.protocol,
            **_ends("sourceAddressPrefix", rule.sources),
            "sourcePortRange": "*",
            **_ends("destinationAddressPrefix", rule.destinations),
            **_ends("destinationPortRange", [str(it) for it in rule.ports]),
        },
    }


def _ends(key: str, ends: Ends) -> Mapping[str, Value]:
    """Return one value, or a list of several under the name of many."""
    words = tuple(dict.fromkeys(map(str, ends)))
    if len(words) == 1:
        return {key: words[0]}
    many = key.replace("Prefix", "Prefixes").replace("Range", "Ranges")
    return {many: words}
