"""Reads `source` and `destination` of a Calico rule: who is at one end."""

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.ingest.kubernetes.calico.backends import Backing
from seawall.ingest.kubernetes.calico.context import Context
from seawall.ingest.kubernetes.calico.selector import Scope
from seawall.ingest.kubernetes.calico.text import Found, read_condition, read_text
from seawall.ingest.kubernetes.network_policy.peer import read_cidr
from seawall.ingest.kubernetes.terms.condition import every
from seawall.ingest.kubernetes.terms.fault import Fault, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.address import AddressRange
from seawall.model.ends import (
    EVERYONE,
    NO_ONE,
    Addresses,
    AllOf,
    AnyOf,
    Comparison,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Not,
)
from seawall.model.origin import Pointer
from seawall.model.policy import BlockPeer

_SELECTORS = ("selector", "notSelector", "namespaceSelector")
_FIELDS = frozenset(
    {
        *_SELECTORS,
        "nets",
        "notNets",
        "ports",
        "notPorts",
        "serviceAccounts",
        "services",
    }
)
_BESIDE_SERVICES = (*_SELECTORS, "serviceAccounts", "nets", "notNets")


@dataclass(frozen=True, slots=True)
class Entity:
    """Who is at one end.

    Attributes:
        ends: Whom it means.
        fields: The fields as written: ports are read with the rule's protocol.
        version: The address family of its nets; None if it has none.
        backing: The backends of the Service that it names, if it names one.
    """

    ends: Ends = EVERYONE
    fields: Mapping[object, object] | None = None
    version: int | None = None
    backing: Backing | None = None


def read_entity(
    value: object, pointer: Pointer, context: Context, found: Found
) -> Entity:
    """Return who is meant; everyone if it is left out, or after a fault.

    Source:
        projectcalico/calico libcalico-go/lib/backend/syncersv1/updateprocessors
        rules.go, GetEntityRuleSelector: all criteria must hold; in a policy with a
        namespace those of endpoints are confined to it, unless `namespaceSelector` is
        given, and `notSelector` alone confines too. felix/rules, filterNets: a rule
        with nets of one family, negated or not, says nothing about the other.
    """
    if value is None:
        return Entity()
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "a mapping"))
        return Entity()
    refuse_unknown_fields(value, _FIELDS, pointer, found.faults)
    parts = list(_endpoints(value, pointer, context, found))
    nets = _nets(value, "nets", pointer, context, found)
    not_nets = _nets(value, "notNets", pointer, context, found)
    if nets:
        parts.append(_blocks(nets))
    if not_nets:
        parts.append(Not(_blocks(not_nets)))
    backing = None
    if value.get("services") is not None:
        backing = _services(value, pointer, context, found)
        parts.append(backing.ends if backing else NO_ONE)
    versions = {item.version for item in (*nets, *not_nets)}
    if len(versions) > 1:
        found.faults.append(mixed_families(pointer))
    ends = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
    return Entity(ends, value, min(versions, default=None), backing)


def mixed_families(pointer: Pointer) -> Fault:
    """Return the fault of a rule that names addresses of both families."""
    return Fault(
        pointer,
        "rule has nets of both IPv4 and IPv6",
        "the API server refuses it, because a packet has one family",
        "make a rule of each",
    )


def _endpoints(
    fields: dict[object, object], pointer: Pointer, context: Context, found: Found
) -> list[Ends]:
    """Return what the criteria of endpoints ask for, one after the other."""
    spaces = read_condition(
        fields.get("namespaceSelector"),
        (*pointer, "namespaceSelector"),
        Scope.NAMESPACES,
        found,
        may_be_global=True,
    )
    chosen, refused = (
        read_condition(fields.get(name), (*pointer, name), Scope.ENDPOINTS, found)
        for name in ("selector", "notSelector")
    )
    accounts = _accounts(
        fields.get("serviceAccounts"), (*pointer, "serviceAccounts"), found
    )
    own = None
    within = None
    asked = [item for item in (accounts, chosen) if item is not None]
    if spaces is not None:
        asked.insert(0, spaces)
    elif asked or refused is not None:
        own, within = context.own_namespace(), context.namespace
    if own is not None:
        asked.insert(0, own)
    out: list[Ends] = []
    if asked:
        out.append(context.selected(every(*asked), within=within))
    if refused is not None:
        out.append(Not(context.selected(refused, within=within)))
    return out


def _accounts(value: object, pointer: Pointer, found: Found) -> Labels | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "serviceAccounts", value, "a mapping"))
        return None
    refuse_unknown_fields(
        value, frozenset({"names", "selector"}), pointer, found.faults
    )
    asked = []
    condition = read_condition(
        value.get("selector"), (*pointer, "selector"), Scope.ACCOUNTS, found
    )
    if condition is not None:
        asked.append(condition)
    names = value.get("names")
    if names is not None and not (
        isinstance(names, list) and all(isinstance(item, str) for item in names)
    ):
        place = (*pointer, "names")
        found.faults.append(wrong_type(place, "names", names, "a list of names"))
    elif names:
        listed = frozenset(str(item) for item in names)
        asked.append(LabelTest(Facet.ACCOUNT_NAME, "", Comparison.IN, listed))
    return every(*asked) if asked else None


def _nets(
    fields: dict[object, object],
    name: str,
    pointer: Pointer,
    context: Context,
    found: Found,
) -> list[AddressRange]:
    value, place = fields.get(name), (*pointer, name)
    if value is None:
        return []
    if not isinstance(value, list):
        found.faults.append(wrong_type(place, name, value, "a list of CIDRs"))
        return []
    read = (read_net(it, (*place, at), context, found) for at, it in enumerate(value))
    return [item for item in read if item is not None]


def read_net(
    value: object, pointer: Pointer, context: Context, found: Found
) -> AddressRange | None:
    """Return the addresses of an entry of `nets` in a rule.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateIPNetwork and
        validateRule: the API server refuses host bits that are set, and single
        addresses; what is stored is read as the network around it.
    """
    if context.raw:
        return read_address_or_cidr(value, pointer, found)
    before = len(found.warnings)
    block = read_cidr(value, pointer, found)
    if len(found.warnings) > before:
        found.warnings.pop()
        found.faults.append(
            Fault(
                pointer,
                f"{shown(value)} has bits set beyond its prefix length",
                "the API server refuses such a net in a rule",
                f"write `{block}`, or the longer prefix that was meant",
            )
        )
    return block


def read_address_or_cidr(
    value: object, pointer: Pointer, found: Found
) -> AddressRange | None:
    """Return the addresses of an entry that may be a single address too."""
    if isinstance(value, str) and "/" not in value and "-" not in value:
        try:
            return AddressRange.parse(value)
        except ValueError:
            rule = "addresses are written `10.0.0.0/8`, `10.1.2.3` or as IPv6"
            found.faults.append(text_fault(value, pointer, rule, "mend it"))
            return None
    return read_cidr(value, pointer, found)


def _blocks(ranges: list[AddressRange]) -> Ends:
    return AnyOf(tuple(Addresses(BlockPeer(item)) for item in ranges))


def _services(
    fields: dict[object, object], pointer: Pointer, context: Context, found: Found
) -> Backing | None:
    """Return the backends of the Service that is named.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateEntityRule and
        validateGlobalNetworkPolicySpec.
    """
    value, place = fields.get("services"), (*pointer, "services")
    for name in _BESIDE_SERVICES:
        if fields.get(name):
            found.faults.append(
                Fault(
                    (*pointer, name),
                    f"`{name}` beside `services`",
                    "a Service stands for its endpoints, and the API server takes no "
                    "other criterion with it",
                    "remove one of the two, or make two rules",
                )
            )
    if not isinstance(value, dict):
        found.faults.append(wrong_type(place, "services", value, "a mapping"))
        return None
    refuse_unknown_fields(value, frozenset({"name", "namespace"}), place, found.faults)
    before = len(found.faults)
    name = read_text(value.get("name"), (*place, "name"), found)
    space = read_text(value.get("namespace"), (*place, "namespace"), found)
    space = space or context.namespace or ""
    for field, given in (("name", name), ("namespace", space)):
        if not given and len(found.faults) == before:
            found.faults.append(
                Fault(
                    place,
                    f"`services` has no `{field}`",
                    "a policy that is in no namespace states that of the Service too",
                    f"write the `{field}` of the Service",
                )
            )
    if len(found.faults) > before:
        return None
    backing = context.backends.of(space, name)
    if backing.is_missing:
        found.warnings.append(
            Fault(
                place,
                backing.doubt,
                "a rule means its endpoints, so what it matches is unknown",
                "read the Service too",
            )
        )
    return backing
