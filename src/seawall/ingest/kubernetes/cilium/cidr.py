"""Reads the addresses that a rule means, and groups of them that it refers to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.network_policy.peer import read_cidr
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import (
    read_labels,
    read_selector,
    refuse_unknown_fields,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.record import text
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import (
    NO_ONE,
    Addresses,
    AllOf,
    AnyOf,
    Ends,
    Perhaps,
    World,
)
from seawall.model.origin import Pointer
from seawall.model.policy import BlockPeer
from seawall.model.selector import Operator, Selector

CIDR_GROUP = "CiliumCIDRGroup"
_SET_FIELDS = frozenset({"cidr", "cidrGroupRef", "cidrGroupSelector", "except"})
_FORMS = ("cidr", "cidrGroupRef", "cidrGroupSelector")


@dataclass(frozen=True, slots=True)
class CidrGroup:
    """A named list of blocks, and its labels; None where they are not certain."""

    name: str
    labels: Mapping[str, str] | None
    blocks: tuple[AddressRange, ...] | None


@dataclass(slots=True)
class CidrGroups:
    """The groups of the input.

    Attributes:
        known: By name.
        partial: Whether there may be others that the input does not show.
        diagnostics: What is wrong with them.
    """

    partial: bool = False
    known: dict[str, CidrGroup] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def ends_of(self, name: str, excepts: tuple[AddressRange, ...]) -> Ends | None:
        """Return what a group means without some blocks; None if there is none."""
        group = self.known.get(name)
        return None if group is None else self._ends(group, excepts)

    def selected(self, selector: Selector, excepts: tuple[AddressRange, ...]) -> Ends:
        """Return what the groups with some labels mean."""
        found = [
            self._ends(group, excepts)
            for _, group in sorted(self.known.items())
            if group.labels is None or _selects(selector, group.labels)
        ]
        if self.partial:
            found.append(Perhaps(World(), "other groups may be selected too"))
        return AnyOf(tuple(found))

    def _ends(self, group: CidrGroup, excepts: tuple[AddressRange, ...]) -> Ends:
        if group.blocks is None:
            why = f"what {CIDR_GROUP} `{group.name}` holds is not certain"
            return Perhaps(World(), why)
        return outside(*group.blocks, excepts=excepts)


def read_groups(objects: Sequence[Placed], *, partial: bool) -> CidrGroups:
    """Return the groups among *objects*.

    Source:
        cilium pkg/k8s/apis/cilium.io/v2 cidrgroups_types.go: `spec.externalCIDRs`.
    """
    groups = CidrGroups(partial)
    for item in objects:
        record = item.record
        if record.kind != CIDR_GROUP:
            continue
        found = Findings()
        place = ("spec", "externalCIDRs")
        written = record.spec.get("externalCIDRs")
        blocks: list[AddressRange] = []
        if isinstance(written, list):
            for at, each in enumerate(written):
                block = read_cidr(each, (*place, at), found)
                blocks.extend([] if block is None else [block])
        elif written is not None:
            wanted = "a list of CIDRs"
            found.faults.append(wrong_type(place, "externalCIDRs", written, wanted))
        labels = read_labels(record.metadata.get("labels"), ("metadata", "labels"))
        faults = (*found.faults, *labels.faults)
        groups.diagnostics.extend(
            fault.diagnostic(record.origin, Level.ERROR) for fault in faults
        )
        unsure = faults or record.name in groups.known
        groups.known[record.name] = CidrGroup(
            record.name,
            None if unsure else labels.known,
            None if unsure else tuple(blocks),
        )
    return groups


def outside(*blocks: AddressRange, excepts: tuple[AddressRange, ...] = ()) -> Ends:
    """Return the addresses of some blocks that are neither pod nor node.

    Source:
        docs.cilium.io, security/policy/language, "CIDR based": what the cluster
        manages has identities of its own, which rules on addresses do not mean.
    """
    kept = []
    for block in blocks:
        holes = tuple(hole for hole in excepts if block.covers(hole))
        if not any(hole.covers(block) for hole in excepts):
            kept.append(Addresses(BlockPeer(block, holes)))
    if not kept:
        return NO_ONE
    return AllOf((World(), kept[0] if len(kept) == 1 else AnyOf(tuple(kept))))


def read_blocks(value: Sequence[object], pointer: Pointer, found: Findings) -> Ends:
    """Return what `fromCIDR` or `toCIDR` means; after a fault, no one."""
    blocks = [read_cidr(item, (*pointer, at), found) for at, item in enumerate(value)]
    return outside(*(block for block in blocks if block is not None))


def read_cidr_set(
    value: object, pointer: Pointer, groups: CidrGroups, found: Findings
) -> Ends:
    """Return what one entry of `fromCIDRSet` or `toCIDRSet` means.

    Source:
        cilium pkg/policy/api cidr.go, CIDRRule, and rule_validation.go: exactly one
        form; an exception has its first address inside the block.
    """
    if not isinstance(value, dict):
        name = str(pointer[-2])
        found.faults.append(wrong_type(pointer, name, value, "a mapping"))
        return NO_ONE
    refuse_unknown_fields(value, _SET_FIELDS, pointer, found.faults)
    given = [name for name in _FORMS if value.get(name) is not None]
    if len(given) != 1:
        found.faults.append(_not_one(given, pointer))
        return NO_ONE
    excepts = _excepts(value.get("except"), (*pointer, "except"), found)
    name, place = given[0], (*pointer, given[0])
    if name == "cidr":
        block = read_cidr(value[name], place, found)
        if block is None:
            return NO_ONE
        for at, hole in excepts:
            if hole.lowest not in block:
                found.faults.append(_not_inside(hole, block, (*pointer, "except", at)))
        return outside(block, excepts=tuple(hole for _, hole in excepts))
    holes = tuple(hole for _, hole in excepts)
    if name == "cidrGroupRef":
        return _referred(value[name], place, groups, holes, found)
    selector = read_selector(value[name], place, found.faults)
    return NO_ONE if selector is None else groups.selected(selector, holes)


def _referred(
    value: object,
    pointer: Pointer,
    groups: CidrGroups,
    excepts: tuple[AddressRange, ...],
    found: Findings,
) -> Ends:
    name = text(value)
    if name is None:
        wanted = "the name of a CiliumCIDRGroup"
        found.faults.append(wrong_type(pointer, "cidrGroupRef", value, wanted))
        return NO_ONE
    ends = groups.ends_of(name, excepts)
    if ends is not None:
        return ends
    found.warnings.append(
        Fault(
            pointer,
            f"{CIDR_GROUP} {shown(name)} is not in the input",
            "the rule means its addresses, and none as long as it does not exist",
            "include the object, or mend the name",
        )
    )
    return Perhaps(World(), f"{CIDR_GROUP} `{name}` is not in the input")


def _excepts(
    value: object, pointer: Pointer, found: Findings
) -> list[tuple[int, AddressRange]]:
    if value is None:
        return []
    if not isinstance(value, list):
        found.faults.append(wrong_type(pointer, "except", value, "a list"))
        return []
    read = [
        (at, read_cidr(item, (*pointer, at), found)) for at, item in enumerate(value)
    ]
    return [(at, block) for at, block in read if block is not None]


def _not_one(given: list[str], pointer: Pointer) -> Fault:
    names = ", ".join(f"`{name}`" for name in _FORMS)
    what = " and ".join(f"`{name}`" for name in given)
    return Fault(
        pointer,
        f"entry has {what}" if given else "entry names no addresses",
        f"the schema takes exactly one of {names}",
        "make an entry of each" if given else "write `cidr`",
    )


def _not_inside(hole: AddressRange, block: AddressRange, pointer: Pointer) -> Fault:
    return Fault(
        pointer,
        f"except `{hole}` is not inside `{block}`",
        "Cilium refuses the whole policy, says so in its status and enforces nothing",
        "narrow the except, or remove it",
    )


def _selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    return all(
        {
            Operator.IN: labels.get(item.key) in item.values,
            Operator.NOT_IN: labels.get(item.key) not in item.values,
            Operator.EXISTS: item.key in labels,
            Operator.DOES_NOT_EXIST: item.key not in labels,
        }[item.operator]
        for item in selector.requirements
    )
