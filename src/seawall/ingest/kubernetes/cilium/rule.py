"""Reads one rule: whom, on what, allowed or denied."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.cilium.peers import Around, Peer, peer_fields, read_peer
from seawall.ingest.kubernetes.cilium.ports import Match, read_icmps, read_to_ports
from seawall.ingest.kubernetes.cilium.requests import NAMES
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, near, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.dataplane import Feature
from seawall.model.ends import EVERYONE
from seawall.model.origin import Origin, Pointer
from seawall.model.packet import Protocol
from seawall.model.policy import Direction, NumberedPorts
from seawall.model.ranked import Action, RankedRule

_MODES = ("disabled", "required", "test-always-fail")
_BOTH_WAYS = frozenset({"toPorts", "icmps"})
_DNS = 53
_EVERYBODY = frozenset({"all", "cluster"})
_NAMESPACE = "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"
_RESOLVER = {
    "k8s-app": "kube-dns",
    "io.kubernetes.pod.namespace": "kube-system",
    _NAMESPACE: "kube-system",
}


@dataclass(slots=True)
class Section:
    """What one list of rules says.

    Attributes:
        rules: The rules, in sequence.
        count: How many were written.
        named: Those of *rules* that mean domain names.
        needs: What a dataplane must have to enforce them.
        resolves: Whether they have names resolved under the eyes of Cilium.
        may_resolve: Whether they may, as a rule with `dns` is not plainly one for what
            pods ask of the cluster's DNS.
        means_cluster: Whether some rule means the entity `cluster`.
        doubt: Why Cilium may refuse the whole policy; None if it does not.
        requires: The place of a condition upon the rules of other policies, or None.
    """

    rules: list[RankedRule] = field(default_factory=list)
    count: int = 0
    named: list[RankedRule] = field(default_factory=list)
    needs: set[Feature] = field(default_factory=set)
    resolves: bool = False
    may_resolve: bool = False
    means_cluster: bool = False
    doubt: str | None = None
    requires: Pointer | None = None


def read_section(
    value: object,
    pointer: Pointer,
    direction: Direction,
    origin: Origin,
    around: Around,
    found: Findings,
) -> Section:
    """Return what `ingress`, `egress`, `ingressDeny` or `egressDeny` says.

    Args:
        value: As written; None where it is not.
        pointer: Its place in the object; ends in its name.
        direction: Which way it looks.
        origin: Where the object stands.
        around: What rules may refer to.
        found: Where faults are added.
    """
    section = Section()
    if value is None:
        return section
    if not isinstance(value, list):
        found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "a list"))
        section.count = 1  # the direction is meant, whatever stands there
        return section
    section.count = len(value)
    reader = _Reader(direction, origin, around, found, section)
    for at, item in enumerate(value):
        place = (*pointer, at)
        if isinstance(item, dict):
            reader.read(item, place)
        else:
            found.faults.append(wrong_type(place, "rule", item, "a mapping"))
    return section


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rules of one list into *section*."""

    direction: Direction
    origin: Origin
    around: Around
    found: Findings
    section: Section

    def read(self, rule: dict[object, object], pointer: Pointer) -> None:
        """Add the rules that one written rule stands for.

        Source:
            cilium pkg/policy/rule.go: without ports, a rule needs someone whom it
            means; with ports alone it means everyone.
        """
        denies = str(pointer[-2]).endswith("Deny")
        inbound = self.direction is Direction.INGRESS
        section, found = self.section, self.found
        fields = peer_fields(self.direction, denies=denies)
        require = "fromRequires" if inbound else "toRequires"
        known = frozenset((*fields, *_BOTH_WAYS, require))
        if not denies:
            known |= {"authentication"}
        refuse_unknown_fields(rule, known, pointer, found.faults)
        if rule.get(require):
            section.requires = (*pointer, require)
        peer = read_peer(rule, fields, pointer, self.around, found)
        section.doubt = section.doubt or peer.doubt
        section.means_cluster |= peer.means_cluster
        matches = _matches(rule, pointer, found, denies=denies, inbound=inbound)
        _refuse_mixture(rule, pointer, found)
        condition = _authentication(rule.get("authentication"), pointer, found)
        if peer.ends is None and not rule.get("toPorts") and not rule.get("icmps"):
            if rule.keys() <= known and (denies or section.count > 1):
                # Alone it is how people write that nothing is allowed.
                found.warnings.append(_without_peer(pointer, denies=denies))
            return
        action = Action.DENY if denies else Action.ALLOW
        for match in matches:
            is_sure = match.resolves and _asks_resolver(rule, match)
            section.resolves |= is_sure
            section.may_resolve |= match.resolves and not is_sure
            self._add(action, peer, match, pointer, condition)

    def _add(
        self,
        action: Action,
        peer: Peer,
        match: Match,
        pointer: Pointer,
        condition: str | None,
    ) -> None:
        asked = " and ".join(item for item in (match.condition, condition) if item)
        made = RankedRule(
            action,
            EVERYONE if peer.ends is None else peer.ends,
            self.origin.at(*pointer),
            services=match.services,
            condition=asked or None,
            needs=match.needs | (NAMES if peer.names else frozenset()),
            names=tuple(peer.names),
        )
        self.section.needs |= made.needs
        if peer.names:
            self.section.named.append(made)
        else:
            self.section.rules.append(made)


def _asks_resolver(rule: dict[object, object], match: Match) -> bool:
    """Whether what pods ask of the cluster's DNS surely passes by a rule with `dns`.

    Source:
        docs.cilium.io, security/policy/language, "DNS Proxy": the rule is one for port
        53 of the resolver.
    """
    if not any(
        isinstance(each, NumberedPorts)
        and each.protocol == Protocol.UDP
        and _DNS in each.ports
        for each in match.services or ()
    ):
        return False
    if not any(str(key).startswith("to") and key != "toPorts" for key in rule):
        return True
    entities = rule.get("toEntities")
    if isinstance(entities, list) and _EVERYBODY.intersection(map(str, entities)):
        return True
    endpoints = rule.get("toEndpoints")
    return isinstance(endpoints, list) and any(map(_is_resolver, endpoints))


def _is_resolver(selector: object) -> bool:
    """Whether a selector means the pods of the cluster's DNS, by the words of AKS."""
    if not isinstance(selector, dict) or selector.keys() != {"matchLabels"}:
        return False
    labels = selector["matchLabels"]
    if not isinstance(labels, dict):
        return False
    plain = {str(key).partition(":")[2] or str(key): it for key, it in labels.items()}
    return bool(plain) and all(_RESOLVER.get(key) == it for key, it in plain.items())


def _matches(
    rule: dict[object, object],
    pointer: Pointer,
    found: Findings,
    *,
    denies: bool,
    inbound: bool,
) -> list[Match]:
    ports, icmps = rule.get("toPorts"), rule.get("icmps")
    for name, value in (("toPorts", ports), ("icmps", icmps)):
        if value is not None and not isinstance(value, list):
            place = (*pointer, name)
            found.faults.append(wrong_type(place, name, value, "a list"))
    if isinstance(ports, list) and ports:
        place = (*pointer, "toPorts")
        return read_to_ports(ports, place, found, denies=denies, inbound=inbound)
    if isinstance(icmps, list) and icmps:
        return read_icmps(icmps, (*pointer, "icmps"), found.faults)
    return [Match(None)]


def _refuse_mixture(
    rule: dict[object, object], pointer: Pointer, found: Findings
) -> None:
    """Add a fault where a rule has what Cilium refuses together."""
    for other in ("icmps", "toServices"):
        if rule.get("toPorts") and rule.get(other):
            found.faults.append(
                Fault(
                    (*pointer, "toPorts"),
                    f"`toPorts` and `{other}` in one rule",
                    "Cilium refuses the whole policy, reports it in its status and "
                    "enforces nothing of it",
                    "make a rule of each"
                    if other == "icmps"
                    else "remove `toPorts`, or name the pods in `toEndpoints`",
                )
            )


def _authentication(value: object, pointer: Pointer, found: Findings) -> str | None:
    """Return the condition that mutual authentication is.

    Source:
        docs.cilium.io, network/servicemesh/mutual-authentication.
    """
    if value is None:
        return None
    place = (*pointer, "authentication")
    if not isinstance(value, dict):
        found.faults.append(wrong_type(place, "authentication", value, "a mapping"))
        return None
    refuse_unknown_fields(value, frozenset({"mode"}), place, found.faults)
    mode = value.get("mode")
    if mode not in _MODES:
        close = near(mode, _MODES)
        found.faults.append(
            Fault(
                (*place, "mode"),
                f"mode {shown(mode)} does not exist",
                "the schema knows " + ", ".join(f"`{name}`" for name in _MODES),
                f"write `{close}`" if close else "choose one of these",
            )
        )
    return None if mode == "disabled" else "mutual authentication"


def _without_peer(pointer: Pointer, *, denies: bool) -> Fault:
    verb = "denies" if denies else "allows"
    return Fault(
        pointer,
        f"rule {verb} nothing",
        "Cilium takes an empty rule to mean no one; unlike in a NetworkPolicy it does "
        "not mean everyone",
        "name someone: `fromEntities: [all]` or `toEntities: [all]` for everyone",
    )
