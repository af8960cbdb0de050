"""What the cluster's own DNS answers to one name, by its server blocks."""

import re
from dataclasses import replace

from seawall.model.address import Address
from seawall.model.cluster_dns import MANAGED_NAMESPACES
from seawall.model.end import ApiServerEnd, ServiceEnd
from seawall.model.name_servers import OF_AKS, Rewrite, ServerBlock
from seawall.model.service import ServiceType
from seawall.model.snapshot import Snapshot
from seawall.reference.journey import Start
from seawall.reference.name import ask, resolve
from seawall.reference.told import Asks, Told
from seawall.reference.zone import NOTHING, UNKNOWN, Resolved, order

_ALONE = (Asks("cluster", onward=False),)


def by_cluster(
    snapshot: Snapshot, start: Start, name: str, aliases: tuple[str, ...] = ()
) -> Told:
    """Ask the DNS of the cluster.

    Source: CoreDNS manual, "Query Processing"; docs/semantics/path.md, Q14 and Q16.
    """
    blocks = snapshot.objects.name_servers or (OF_AKS,)
    found: list[ServerBlock] = []
    longest = -1
    for block in blocks:
        for zone in block.zones:
            if within_domain(name, zone) and len(zone) >= longest:
                found = [*found, block] if len(zone) == longest else [block]
                longest = len(zone)
    if len(found) > 1:
        return Told(UNKNOWN, _ALONE)
    (block,) = found
    for unread in block.unread:
        if not unread.zones or _in_any(name, unread.zones):
            return Told(UNKNOWN, _ALONE)
    changed = _rewrite(block.rewrites, name)
    told = _in_block(snapshot, start, block, changed, aliases)
    if changed == name:
        return told
    canonical = told.answer.canonical or changed
    return replace(told, answer=replace(told.answer, canonical=canonical))


def _rewrite(rewrites: tuple[Rewrite, ...], name: str) -> str:
    for rule in rewrites:
        old, new = rule.old, rule.new
        changed = {
            "regex": _by_pattern(rule, name),
            "exact": new if name == old else None,
            "prefix": new + name.removeprefix(old) if name.startswith(old) else None,
            "suffix": name.removesuffix(old) + new if name.endswith(old) else None,
            "substring": name.replace(old, new) if old in name else None,
        }[rule.kind]
        if changed is not None:
            name = changed
            if not rule.goes_on:
                return name
    return name


def _by_pattern(rule: Rewrite, name: str) -> str | None:
    """Put what a pattern finds in a name, with its last dot, where it is asked for."""
    if rule.kind != "regex":
        return None
    found = re.search(rule.old, name + ".", re.IGNORECASE)
    if found is None:
        return None
    new = rule.new.replace("{0}", found[0])
    for number, group in enumerate(found.groups(), 1):
        new = new.replace("{" + str(number) + "}", group or "")
    return new.strip(".")


def _in_block(
    snapshot: Snapshot,
    start: Start,
    block: ServerBlock,
    name: str,
    aliases: tuple[str, ...],
) -> Told:
    """Ask the plugins of one block, in the order in which CoreDNS does.

    Source: CoreDNS, plugin.cfg.
    """
    known = _known_here(block, name)
    if known is not None:
        return Told(known, _ALONE)
    for domain in block.domains:
        if within_domain(name, domain):
            told = _of_cluster(snapshot, start, name, domain, aliases)
            ends = not _in_any(name, block.domains_hand_on)
            if told.answer.kind != "nothing" or ends:
                return told
            break
    return _forward(snapshot, start, block, name, aliases)


def _known_here(block: ServerBlock, name: str) -> Resolved | None:
    """Return what templates and tables of hosts say; None if they leave it to others.

    Source: CoreDNS plugins template and hosts.
    """
    for refusal in block.refusals:
        if _in_any(name, refusal.zones):
            meant = re.search(refusal.pattern, name + ".", re.IGNORECASE)
            if meant or not refusal.hands_on:
                return NOTHING
    for table in block.hosts:
        if table.zones and not _in_any(name, table.zones):
            continue
        own = {address for host, address in table.entries if host == name}
        if own:
            addresses = tuple(sorted(own, key=order))
            return Resolved("addresses", addresses)
        if not _in_any(name, table.hands_on):
            return NOTHING
    return None


def _forward(
    snapshot: Snapshot,
    start: Start,
    block: ServerBlock,
    name: str,
    aliases: tuple[str, ...],
) -> Told:
    """Ask whom the block forwards to.

    Source: AKS docs, coredns-custom; docs/semantics/path.md, Q16.
    """
    ways = {
        each.servers
        for each in block.forwards
        if within_domain(name, each.domain) and not _in_any(name, each.excepted)
    }
    if not ways:
        return Told(NOTHING, _ALONE)
    servers = ways.pop()
    if ways or servers is None:
        return Told(UNKNOWN, _ALONE)
    if not servers:
        answer = resolve(snapshot, start.network or None, name)
        return Told(answer, (Asks("cluster"),))
    if _own_address(snapshot) in servers:
        again = name + "?"
        if again in aliases or len(servers) > 1:
            return Told(UNKNOWN, _ALONE)
        return by_cluster(snapshot, start, name, (*aliases, again))
    answer = ask(snapshot, start.network or None, name, servers)
    return Told(answer, (Asks("cluster", upstream=servers),))


def _own_address(snapshot: Snapshot) -> Address | None:
    return snapshot.cluster.dns_address.value if snapshot.cluster else None


def _of_cluster(
    snapshot: Snapshot,
    start: Start,
    name: str,
    domain: str,
    aliases: tuple[str, ...],
) -> Told:
    """Look for a Service.

    Source: Kubernetes docs, DNS for Services and Pods; docs/semantics/path.md, Q14.
    """
    labels = name.removesuffix(domain).split(".")[:-1]
    if labels[-1:] == ["pod"] and len(labels) > 1:
        return Told(UNKNOWN, _ALONE)
    if labels[-1:] != ["svc"] or len(labels) not in (3, 4, 5):
        return Told(NOTHING, _ALONE)
    return _service(snapshot, start, labels[:-1], (*aliases, name))


def _service(
    snapshot: Snapshot, start: Start, labels: list[str], aliases: tuple[str, ...]
) -> Told:
    """Look for a Service by its labels: what is of it, its name, its namespace."""
    wanted = (labels[-1], labels[-2])
    is_part = len(labels) > 2  # noqa: PLR2004
    for service in snapshot.objects.services:
        if (service.namespace, service.name) != wanted:
            continue
        if is_part:
            return Told(UNKNOWN, _ALONE)
        if service.type is ServiceType.EXTERNAL_NAME and service.doubt is None:
            target = service.external_name.lower().rstrip(".")
            return _external(snapshot, start, target, aliases)
        return Told(Resolved("cluster", end=ServiceEnd(service)), _ALONE)
    if is_part:
        return Told(NOTHING, _ALONE)
    return Told(_without(snapshot, *wanted), _ALONE)


def _external(
    snapshot: Snapshot, start: Start, target: str, aliases: tuple[str, ...]
) -> Told:
    """Ask for what an ExternalName Service is an alias of."""
    if not target:
        return Told(UNKNOWN, _ALONE)
    if target in aliases:
        return Told(NOTHING, _ALONE)
    onward = by_cluster(snapshot, start, target, aliases)
    canonical = onward.answer.canonical or target
    return replace(onward, answer=replace(onward.answer, canonical=canonical))


def _without(snapshot: Snapshot, namespace: str, name: str) -> Resolved:
    """Return the answer for a Service that the input does not hold."""
    if (namespace, name) == ("default", "kubernetes"):
        return Resolved("cluster", end=ApiServerEnd())
    if namespace in MANAGED_NAMESPACES:
        return UNKNOWN
    objects = snapshot.objects
    known = namespace in [each.name for each in objects.namespaces]
    hidden = any(each.namespace in (None, namespace) for each in objects.hidden)
    return UNKNOWN if known and hidden else NOTHING


def _in_any(name: str, domains: tuple[str, ...]) -> bool:
    return any(within_domain(name, domain) for domain in domains)


def within_domain(name: str, domain: str) -> bool:
    """Whether a name is a domain or below it; an empty one holds every name."""
    return not domain or name == domain or name.endswith("." + domain)
