"""Reads the peer entries of a NetworkPolicy."""

from functools import lru_cache

from seawall.ingest.kubernetes.terms.alike import once
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import (
    read_selector,
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.address import AddressRange
from seawall.model.origin import Pointer
from seawall.model.policy import BlockPeer, Peer, PodPeer
from seawall.model.selector import EVERYTHING

_FIELDS = frozenset({"podSelector", "namespaceSelector", "ipBlock"})
_BLOCK_FIELDS = frozenset({"cidr", "except"})
_NOBODY = PodPeer(None, EVERYTHING)
_MAPPED = 0xFFFF


@once(Findings.size)
def read_peer(value: object, pointer: Pointer, found: Findings) -> Peer:
    """Return whom one peer entry admits; after a fault, any value.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPeer, and
        pkg/apis/networking/validation/validation.go.
    """
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "peer", value, "a mapping"))
        return _NOBODY
    refuse_unknown_fields(value, _FIELDS, pointer, found.faults)
    pods = value.get("podSelector")
    namespaces = value.get("namespaceSelector")
    block = value.get("ipBlock")
    if block is not None:
        if pods is not None or namespaces is not None:
            found.faults.append(_mixed(pointer))
        return _block(block, (*pointer, "ipBlock"), found) or _NOBODY
    if pods is None and namespaces is None:
        if value.keys() <= _FIELDS:
            found.faults.append(_empty(pointer))
        return _NOBODY
    place = (*pointer, "podSelector")
    chosen = read_selector(pods, place, found.faults) or EVERYTHING
    if namespaces is None:
        return PodPeer(None, chosen)
    place = (*pointer, "namespaceSelector")
    return PodPeer(read_selector(namespaces, place, found.faults), chosen)


def _block(value: object, pointer: Pointer, found: Findings) -> BlockPeer | None:
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "ipBlock", value, "a mapping"))
        return None
    refuse_unknown_fields(value, _BLOCK_FIELDS, pointer, found.faults)
    block = read_cidr(value.get("cidr"), (*pointer, "cidr"), found)
    written = value.get("except")
    if written is None:
        return BlockPeer(block) if block is not None else None
    if not isinstance(written, list):
        place = (*pointer, "except")
        found.faults.append(wrong_type(place, "except", written, "a list"))
        return None
    excepts: list[AddressRange] = []
    for index, item in enumerate(written):
        place = (*pointer, "except", index)
        hole = read_cidr(item, place, found)
        if hole is None or block is None:
            continue
        if not block.covers(hole) or hole == block:
            found.faults.append(
                Fault(
                    place,
                    f"except {shown(item)} is not inside {shown(value.get('cidr'))}",
                    "the API server demands that an except is a strict part of its "
                    "block",
                    "narrow the except, or remove it",
                )
            )
        excepts.append(hole)
    return BlockPeer(block, tuple(excepts)) if block is not None else None


def read_cidr(value: object, pointer: Pointer, found: Findings) -> AddressRange | None:
    """Return an address block; None, with a fault, if it is none."""
    if not isinstance(value, str):
        name = next(key for key in reversed(pointer) if isinstance(key, str))
        found.faults.append(wrong_type(pointer, name, value, "a CIDR"))
        return None
    read = _parsed(value)
    if read is None:
        rule = "an address block is written `10.0.0.0/8` or `2001:db8::/32`"
        mend = "write it as address/length"
        if _parsed(f"{value}/32") is not None and "/" not in value:
            rule = f"it has no prefix length; {rule}"
            mend = f"write `{value}/{128 if ':' in value else 32}` for this one address"
        found.faults.append(text_fault(value, pointer, rule, mend))
        return None
    block, exact = read
    if not exact:
        found.warnings.append(
            Fault(
                pointer,
                f"`{value}` has bits set beyond its prefix length",
                f"engines read it as `{block}`",
                f"write `{block}`, or the longer prefix that was meant",
            )
        )
    return block


@lru_cache(maxsize=16384)
def _parsed(text: str) -> tuple[AddressRange, bool] | None:
    """Return the block, and whether no host bits were set."""
    address, slash, _ = text.partition("/")
    if not slash or text != text.strip() or "%" in text or "-" in text:
        return None
    try:
        block = AddressRange.parse(text)
        first = AddressRange.parse(address).first
    except ValueError:
        return None
    if block.version != 4 and first >> 32 == _MAPPED:  # noqa: PLR2004
        return None
    return block, first == block.first


def _mixed(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        "peer has `ipBlock` and a selector",
        "the API server refuses a peer that is both addresses and pods",
        "make two peers of it",
    )


def _empty(pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        "peer is empty",
        "the API server refuses a peer without `podSelector`, `namespaceSelector` and "
        "`ipBlock`",
        "say whom it admits, or remove the whole list to admit everyone",
    )
