"""Rules of Azure's ordered lists that never decide, or that are not needed.

What is told holds for every packet and whatever tags and groups hold. Where that is
not known of a rule, nothing is told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from seawall.engine.lists.facts import RuleList
from seawall.engine.lists.ground import TooIntricateError
from seawall.engine.lists.overriding import overridden
from seawall.engine.lists.reading import Reader
from seawall.engine.lists.rule import Listed, Written
from seawall.engine.path.filters.admin import is_exempt
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.filter import Access, SecurityGroup, SecurityRule
from seawall.model.firewall import ApplicationRule, NetworkRule
from seawall.model.network import Subnet
from seawall.model.packet import EVERY_PORT, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import DecidingRule, HeaderView, Hop, Layer, Verdict


@dataclass(frozen=True, slots=True)
class IdleRule:
    """A rule without which every packet would meet the same.

    Attributes:
        rule: Which one.
        by: The rules that decide in its place, the first first; empty if none does.
        at: The group or firewall that it is in.
    """

    rule: Listed
    by: tuple[Listed, ...]
    at: str

    @property
    def is_contradicted(self) -> bool:
        """Whether some of them do something else than it says."""
        return any(does(item) != does(self.rule) for item in self.by)


@dataclass(frozen=True, slots=True)
class IdleRules:
    """The rules of one snapshot that change nothing.

    Attributes:
        shadowed: Rules of security groups of which earlier ones decide everything.
        spare: Rules of security groups in whose place later ones do the same.
        firewall: Rules of firewalls of which earlier ones decide everything.
        overridden: Rules of security groups of which admin rules decide everything.
    """

    shadowed: tuple[IdleRule, ...]
    spare: tuple[IdleRule, ...]
    firewall: tuple[IdleRule, ...]
    overridden: tuple[IdleRule, ...]


def evidence(idle: IdleRule) -> tuple[Hop, ...]:
    """Return the rules that decide in the place of one, each with what it matches."""
    found = []
    for item in idle.by:
        layer = Layer.FIREWALL
        if isinstance(item.written, AdminRule):
            layer = Layer.ADMIN_FILTER
        elif isinstance(item.written, SecurityRule):
            layer = Layer.SUBNET_FILTER
        seen = _header(item.written)
        found.append(
            Hop(
                layer,
                idle.at,
                Verdict.ALLOWED if does(item) == "allows" else Verdict.DENIED,
                f"{item.name} {does(item)} it",
                DecidingRule(item.name, None if item.is_default else item.origin),
                _SOURCES[layer],
                seen,
                seen,
            )
        )
    return tuple(found)


def _header(rule: Written | None) -> HeaderView:
    """Return what a rule matches, in words."""
    if rule is None or isinstance(rule, ApplicationRule):
        return HeaderView("", "", "", "")
    if isinstance(rule, NetworkRule):
        protocols = rule.protocols
        destinations = [*map(str, rule.destinations), *rule.destination_names]
    else:
        protocols = None if rule.protocol is None else (rule.protocol,)
        destinations = list(map(str, rule.destinations))
    names = {int(each): each.name for each in Protocol}
    ports = ",".join(map(str, rule.destination_ports or ()))
    return HeaderView(
        ", ".join(map(str, rule.sources)),
        ", ".join(destinations),
        ",".join(names.get(each, str(each)) for each in protocols or ()) or "any",
        "" if ports == str(EVERY_PORT) else ports,
    )


def does(rule: Listed) -> str:
    """Return what a rule does, as a verb."""
    passing = (Access.ALLOW, AdminAccess.ALLOW, AdminAccess.ALWAYS_ALLOW)
    return "allows" if rule.verdict in passing else "denies"


_SOURCES = {
    Layer.SUBNET_FILTER: "Azure docs, network-security-groups-overview",
    Layer.ADMIN_FILTER: "Azure docs, concept-security-admins",
    Layer.FIREWALL: "Azure docs, firewall rule-processing",
}


def idle_rules(snapshot: Snapshot) -> IdleRules:
    """Return the rules of security groups and firewalls that change nothing.

    Rules that the platform or AKS writes are not told. All that is shadowed or spare
    may go together.

    Complexity: that of `RuleList.facts`, for each group, direction and firewall.
    """
    return _Teller(snapshot).told()


class _Teller:
    def __init__(self, snapshot: Snapshot) -> None:
        self._fabric = snapshot.fabric
        self._pools = snapshot.cluster.pools if snapshot.cluster else ()
        self._groups = [item for item in self._fabric.security_groups if item.rules]

    def told(self) -> IdleRules:
        shadowed: list[IdleRule] = []
        spare: list[IdleRule] = []
        above: list[IdleRule] = []
        for group in self._groups:
            if group.predicted:
                continue
            for direction in Direction:
                dead, more = self._in_group(group, direction)
                shadowed += dead
                spare += more
                told = {id(item.rule.origin) for item in dead}
                above += (
                    item
                    for item in self._by_managers(group, direction)
                    if id(item.rule.origin) not in told
                )
        return IdleRules(
            tuple(shadowed), tuple(spare), tuple(self._in_firewalls()), tuple(above)
        )

    def _in_group(
        self, group: SecurityGroup, direction: Direction
    ) -> tuple[list[IdleRule], list[IdleRule]]:
        rules = [item for item in group.rules if item.direction is direction]
        if sum(not item.is_default for item in rules) == 0:
            return [], []
        try:
            made = RuleList(
                list(Reader().security_rules(rules, group.name)), Access.DENY
            )
        except TooIntricateError:
            return [], []
        found = made.facts()
        dead = {item.rule: item.by for item in found.shadowed}
        more = {item.rule: item.instead for item in found.redundant if item.together}
        return (
            list(_told(made.rules, dead, group.name)),
            list(_told(made.rules, more, group.name)),
        )

    def _in_firewalls(self) -> Iterator[IdleRule]:
        for firewall in self._fabric.firewalls:
            # What comes to an explicit proxy is asked of application rules alone.
            both = firewall.proxy_ports.is_surely(value=())
            listed = list(Reader().firewall_rules(firewall, applications=both))
            try:
                made = RuleList(listed)
                dead = {item.rule: item.by for item in made.facts().shadowed}
            except TooIntricateError:
                continue
            yield from _told(made.rules, dead, firewall.name)

    def _by_managers(
        self, group: SecurityGroup, direction: Direction
    ) -> Iterator[IdleRule]:
        if not self._fabric.admin_rules:
            return
        rules = [item for item in group.rules if item.direction is direction]
        found: dict[str, IdleRule] | None = None
        for subnet in self._places(group):
            here = {}
            reader = Reader()
            before = self._admin_rules(subnet, direction, reader)
            if before:
                own = list(reader.security_rules(rules, group.name))
                here = {
                    item.rule.name: item
                    for item in _overridden(own, before, group.name)
                }
            kept = here if found is None else found
            found = {name: kept[name] for name in kept if name in here}
        yield from (found or {}).values()

    def _places(self, group: SecurityGroup) -> list[Subnet]:
        """Return the subnets where a group is asked, as far as the input shows."""
        id_ = group.id.lower()
        wanted = {
            item.subnet.lower()
            for item in self._fabric.interfaces
            if item.subnet and (item.security_group.value or "").lower() == id_
        }
        for pool in self._pools:
            if (pool.nic_security_group.value or "").lower() == id_:
                wanted.add((pool.subnet.value or "").lower())
        return [
            item
            for item in self._fabric.subnets
            if (item.security_group.value or "").lower() == id_
            or item.id.lower() in wanted
        ]

    def _admin_rules(
        self, subnet: Subnet, direction: Direction, reader: Reader
    ) -> list[Listed]:
        """Return the admin rules that are surely asked at a subnet, if that is sure.

        Source:
            docs/semantics/path.md, G2 to G5.
        """
        network = subnet.network.lower()
        some = [
            item
            for item in self._fabric.admin_rules
            if network in item.networks or network in item.maybe
        ]
        managers = {(item.rank, item.manager) for item in some}
        is_sure = (
            all(network in item.networks for item in some)
            and len({rank for rank, _ in managers}) == len(managers)
            and not is_exempt(subnet)
            and not self._has_device(subnet)
        )
        if not is_sure:
            return []
        return [listed for item in some for listed in _read(item, direction, reader)]

    def _has_device(self, subnet: Subnet) -> bool:
        fabric = self._fabric
        taken = [item.subnet for item in fabric.firewalls]
        taken += [item.subnet for item in fabric.application_gateways]
        return any((id_ or "").lower() == subnet.id.lower() for id_ in taken)


def _read(
    collection: AdminCollection, direction: Direction, reader: Reader
) -> Iterator[Listed]:
    rules = [item for item in collection.rules if item.direction is direction]
    for listed in reader.admin_rules(collection, rules):
        yield replace(listed, order=(collection.rank, *listed.order))


def _overridden(own: list[Listed], before: list[Listed], at: str) -> Iterator[IdleRule]:
    try:
        found = overridden(own, before, AdminAccess.ALLOW)
    except TooIntricateError:
        return
    for rule, by in found:
        if not rule.is_default:
            yield IdleRule(rule, by, at)


def _told(
    rules: tuple[Listed, ...], found: Mapping[int, Iterable[int]], at: str
) -> Iterator[IdleRule]:
    """Yield rules that are written, each once."""
    seen = set()
    for rule, by in found.items():
        listed = rules[rule]
        if not listed.is_default and listed.origin not in seen:
            seen.add(listed.origin)
            yield IdleRule(listed, tuple(rules[other] for other in by), at)
