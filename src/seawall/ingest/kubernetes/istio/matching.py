"""Reads whom and what a rule of an AuthorizationPolicy matches."""

from dataclasses import dataclass

from seawall.ingest.kubernetes.istio.identity import (
    NOBODY,
    of_account,
    of_namespace,
    of_principal,
)
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.address import AddressRange
from seawall.model.ends import Addresses, AnyOf, Ends, Labels
from seawall.model.origin import Pointer
from seawall.model.packet import LAST_PORT
from seawall.model.policy import BlockPeer

_IDENTITIES = ("principals", "namespaces", "serviceAccounts")
_OF_REQUEST = ("requestPrincipals", "remoteIpBlocks")
_SOURCE = (*_IDENTITIES, "ipBlocks", *_OF_REQUEST)
_DIGITS = 12
_HTTP = ("hosts", "methods", "paths")
_OPERATION = ("ports", *_HTTP)


def negative(name: str) -> str:
    """Return the field that says what must not match: `notPorts` for `ports`."""
    return "not" + name[0].upper() + name[1:]


_SOURCE_FIELDS = frozenset((*_SOURCE, *map(negative, _SOURCE)))
_OPERATION_FIELDS = frozenset((*_OPERATION, *map(negative, _OPERATION)))


@dataclass(frozen=True, slots=True)
class Source:
    """Who sends: every part must hold.

    Attributes:
        identities: Conditions on the identity, each with whether it must not hold.
        blocks: Conditions on the address, likewise.
        request: The fields that look at the request, as words; empty if none does.
    """

    identities: tuple[tuple[bool, Labels], ...] = ()
    blocks: tuple[tuple[bool, Ends], ...] = ()
    request: tuple[str, ...] = ()

    def __add__(self, other: "Source") -> "Source":
        """Return both together."""
        return Source(
            self.identities + other.identities,
            self.blocks + other.blocks,
            self.request + other.request,
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked for: every part must hold.

    Attributes:
        ports: Each must have the port in it.
        not_ports: None of these may be it.
        request: The fields that look at the request, as words.
        own: What the destination's own address must be in, and must not.
    """

    ports: tuple[frozenset[int], ...] = ()
    not_ports: frozenset[int] = frozenset()
    request: tuple[str, ...] = ()
    own: tuple[tuple[bool, Ends], ...] = ()

    def __add__(self, other: "Operation") -> "Operation":
        """Return both together."""
        return Operation(
            self.ports + other.ports,
            self.not_ports | other.not_ports,
            self.request + other.request,
            self.own + other.own,
        )


def read_source(
    value: object, pointer: Pointer, namespace: str, found: Findings
) -> Source:
    """Return what an entry of `from` means; after a fault, anything.

    Source:
        istio.io, reference, Authorization Policy, Source;
        istio/istio pkg/config/validation/validation.go, ValidateAuthorizationPolicy.
    """
    inner = _opened(value, "source", pointer, _SOURCE_FIELDS, found)
    pointer = (*pointer, "source")
    accounts = any(inner.get(it) for it in ("serviceAccounts", "notServiceAccounts"))
    others = [it for name in _IDENTITIES[:2] for it in (name, negative(name))]
    if accounts and any(inner.get(name) for name in others):
        found.faults.append(
            Fault(
                pointer,
                "`serviceAccounts` beside `principals` or `namespaces`",
                "Istio refuses a source that names both",
                "keep one of the two",
            )
        )
    out = Source()
    for name in _SOURCE:
        for is_not, field in ((False, name), (True, negative(name))):
            texts = strings(inner.get(field), (*pointer, field), found)
            if texts:
                out += condition_on_source(
                    name, texts, (*pointer, field), namespace, found, is_not=is_not
                )
    return out


def condition_on_source(
    name: str,
    texts: list[str],
    pointer: Pointer,
    namespace: str,
    found: Findings,
    *,
    is_not: bool,
) -> Source:
    """Return what one list of values asks of the source."""
    if name == "ipBlocks":
        return Source(blocks=((is_not, blocks(texts, pointer, found)),))
    if name in _OF_REQUEST:
        if name == "remoteIpBlocks":
            blocks(texts, pointer, found)
        return Source(request=(f"`{pointer[-1]}`",))
    each: list[Labels] = []
    for at, text in enumerate(texts):
        if name == "principals":
            each.append(of_principal(text))
        elif name == "namespaces":
            each.append(of_namespace(text))
        else:
            each.append(_account(text, (*pointer, at), namespace, found))
        if each[-1] == NOBODY:
            found.warnings.append(_no_identity(text, (*pointer, at)))
    return Source(identities=((is_not, AnyOf(tuple(each))),))


def read_operation(value: object, pointer: Pointer, found: Findings) -> Operation:
    """Return what an entry of `to` means; after a fault, anything.

    Source:
        istio.io, reference, Authorization Policy, Operation.
    """
    inner = _opened(value, "operation", pointer, _OPERATION_FIELDS, found)
    pointer = (*pointer, "operation")
    out = Operation()
    for name in _HTTP:
        for field in (name, negative(name)):
            if strings(inner.get(field), (*pointer, field), found):
                out += Operation(request=(f"`{field}`",))
    wanted = strings(inner.get("ports"), (*pointer, "ports"), found)
    if wanted:
        out += Operation((ports(wanted, (*pointer, "ports"), found),))
    refused = strings(inner.get("notPorts"), (*pointer, "notPorts"), found)
    out += Operation(not_ports=ports(refused, (*pointer, "notPorts"), found))
    return out


def strings(value: object, pointer: Pointer, found: Findings) -> list[str]:
    """Return a list of texts; those that are none are faults."""
    if value is None or value == []:
        return []
    name = str(pointer[-1])
    if not isinstance(value, list):
        found.faults.append(wrong_type(pointer, name, value, "a list of strings"))
        return []
    out = []
    for at, item in enumerate(value):
        if not isinstance(item, str):
            found.faults.append(
                Fault(
                    (*pointer, at),
                    f"value {shown(item)} in `{name}` is not text",
                    "the API takes strings only and refuses anything else",
                    "put it in quotes",
                )
            )
        elif not item or "{{" in item or "${" in item:
            rule = "Istio refuses an empty value"
            found.faults.append(text_fault(item, (*pointer, at), rule, "give a value"))
        else:
            out.append(item)
    return out


def ports(texts: list[str], pointer: Pointer, found: Findings) -> frozenset[int]:
    """Return ports as numbers.

    Source:
        istio/istio pkg/config/security/security.go, ValidatePorts.
    """
    out = set()
    for at, text in enumerate(texts):
        number = port_number(text)
        if number is not None:
            out.add(number)
        else:
            found.faults.append(
                text_fault(
                    text,
                    (*pointer, at),
                    f"a port is a number from 1 to {LAST_PORT}; neither names nor "
                    "ranges are taken",
                    "give each port by its number",
                )
            )
    return frozenset(out)


def port_number(text: str) -> int | None:
    """Return the port that a text of digits is; None if it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        return None
    number = int(text)
    return number if 0 < number <= LAST_PORT else None


def blocks(texts: list[str], pointer: Pointer, found: Findings) -> Ends:
    """Return addresses and blocks as ends.

    Source:
        istio.io, reference, Authorization Policy, `ipBlocks`: one address, or a block.
    """
    out = []
    for at, text in enumerate(texts):
        block = _block(text)
        if block is not None:
            out.append(Addresses(BlockPeer(block)))
        else:
            rule = "an address is written `10.1.2.3`, a block `10.0.0.0/8`"
            mend = "write an address or a block"
            found.faults.append(text_fault(text, (*pointer, at), rule, mend))
    return AnyOf(tuple(out))


def _block(text: str) -> AddressRange | None:
    if "-" in text or text != text.strip():
        return None
    try:
        return AddressRange.parse(text)
    except ValueError:
        return None


def _account(text: str, pointer: Pointer, namespace: str, found: Findings) -> Labels:
    if text.count("/") > 1 or "*" in text or text.startswith("/") or text[-1] == "/":
        rule = "an account is written `NAME` or `NAMESPACE/NAME`, without wildcards"
        mend = "write the account's name, after its namespace if that is another"
        found.faults.append(text_fault(text, pointer, rule, mend))
        return NOBODY
    return of_account(text, namespace)


def _no_identity(text: str, pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        f"{shown(text)} matches no identity of the mesh",
        "identities are `DOMAIN/ns/NAMESPACE/sa/ACCOUNT`, without `spiffe://`; a `*` "
        "counts only at the start or the end",
        "write such as `cluster.local/ns/shop/sa/web`",
    )


def _opened(
    value: object,
    name: str,
    pointer: Pointer,
    fields: frozenset[str],
    found: Findings,
) -> dict[object, object]:
    """Return what an entry holds under its one field; empty after a fault."""
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, str(pointer[-2]), value, "a mapping"))
        return {}
    refuse_unknown_fields(value, frozenset((name,)), pointer, found.faults)
    inner = value.get(name)
    if not isinstance(inner, dict):
        place = (*pointer, name) if name in value else pointer
        found.faults.append(wrong_type(place, name, inner, "a mapping"))
        return {}
    refuse_unknown_fields(inner, fields, (*pointer, name), found.faults)
    if not any(inner.get(field) for field in fields):
        found.faults.append(
            Fault(
                (*pointer, name),
                f"`{name}` is empty",
                "Istio refuses an entry that asks for nothing",
                f"say what it must be, or remove `{pointer[-2]}` to match all",
            )
        )
    return inner
