"""What can be wrong with a NetworkPolicy as a whole, in words that mend."""

import re
from collections.abc import Iterator

from seawall.ingest.kubernetes.terms.fault import Fault, near, shown
from seawall.ingest.kubernetes.terms.label import wrong_type
from seawall.ingest.kubernetes.terms.placeholder import placeholder_in
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.origin import Pointer
from seawall.model.policy import BlockPeer, Direction, NamedPort, PolicyRule

_NAME = re.compile(
    r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
)
_LONGEST_NAME = 253
TYPES = {"Ingress": Direction.INGRESS, "Egress": Direction.EGRESS}


def mended_type(written: object) -> str:
    """Return how to mend an entry of `policyTypes`."""
    named = [name for name in TYPES if isinstance(written, str) and name in written]
    if len(named) == len(TYPES):
        return "write `Ingress` and `Egress` as two items"
    close = near(written, TYPES)
    return f"write `{close}`" if close else "write `Ingress` or `Egress`"


def name_fault(record: Record) -> Fault | None:
    """Return what is wrong with the name of a policy, or None.

    Source:
        Kubernetes, pkg/apis/networking/validation, ValidateNetworkPolicyName, and
        apimachinery pkg/util/validation, IsDNS1123Subdomain.
    """
    name = record.name
    written = record.metadata.get("name")
    place: Pointer = (
        ("metadata", "name") if "name" in record.metadata else ("metadata",)
    )
    if name == "?":
        if written is not None and written != "":
            return wrong_type(place, "name", written, "a string")
        return Fault(
            place,
            "policy has no name",
            "the API server refuses an object without `metadata.name`",
            "give it a name",
        )
    if written is None or (_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME):
        return None
    if placeholder_in(name) is not None:
        # Whatever it is filled in with, the policy means the same.
        return None
    return Fault(
        place,
        f"name {shown(name)} is not valid",
        f"the API server takes at most {_LONGEST_NAME} lower-case letters, digits, `-` "
        "and `.`, with a letter or digit at both ends of each part",
        "mend the name",
    )


def of_old_version(version: str) -> Fault:
    """Return what to tell of a version that clusters served until 1.15.

    Source: Kubernetes docs, Deprecated API Migration Guide, v1.16.
    """
    return Fault(
        ("apiVersion",),
        f"NetworkPolicy in `{version}`",
        "Kubernetes serves it no longer since 1.16 and refuses it: whether such a "
        "policy is in force is not known",
        "write `apiVersion: networking.k8s.io/v1`",
    )


def without_spec() -> Fault:
    """Return the warning of a policy that says nothing."""
    return Fault(
        (),
        "policy has no `spec`",
        "it then selects every pod of its namespace and admits no one",
        "write the `spec`, or `podSelector: {}` to say that this is meant",
    )


def without_subject(spec: dict[object, object]) -> Fault:
    """Return the warning of a policy that selects no pods in words."""
    return Fault(
        ("spec", "podSelector") if "podSelector" in spec else ("spec",),
        "policy has no `podSelector`",
        "it then governs every pod of its namespace",
        "write `podSelector: {}` to say that this is meant, or select the pods",
    )


def not_a_rule(value: object, pointer: Pointer) -> Fault:
    """Return the fault of a rule that is none."""
    if value is None:
        return Fault(
            pointer,
            "rule is null",
            "some readers take it for `{}`, which admits everyone; others refuse it",
            "write `{}` or remove the dash",
        )
    return wrong_type(pointer, "rule", value, "a mapping")


def inert_rules(direction: Direction) -> Fault:
    """Return the warning of rules in a direction that is not governed."""
    name = direction.value
    return Fault(
        ("spec", name),
        f"`{name}` rules have no effect",
        f"`policyTypes` is given and does not hold `{name.capitalize()}`",
        f"add `{name.capitalize()}` to `policyTypes`, or remove the rules",
    )


def names_beside_blocks(rules: tuple[PolicyRule, ...]) -> Iterator[Fault]:
    """Return a warning for each egress rule that looks for names on addresses.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPort: a name is resolved to
        the port of that name on a pod.
    """
    for index, rule in enumerate(rules):
        named = [item for item in rule.ports or () if isinstance(item, NamedPort)]
        if named and any(isinstance(peer, BlockPeer) for peer in rule.peers or ()):
            yield Fault(
                ("spec", "egress", index, "ports"),
                f"port name `{named[0].name}` beside an `ipBlock`",
                "a name is looked up on the pod that is called; an address outside the "
                "cluster has none, so nothing there matches",
                "give the number of the port",
            )
