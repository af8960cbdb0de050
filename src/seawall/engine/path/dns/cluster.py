"""What the cluster's own DNS answers: Services by itself, all else by asking on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seawall.engine.path.dns.blocks import (
    blocks_of,
    covers,
    forwards_of,
    hosts_of,
    refusal_of,
    rewritten,
    unread_of,
)
from seawall.engine.path.dns.names import is_under
from seawall.engine.path.dns.resolution import (
    Answers,
    Link,
    Resolution,
    Server,
    Whom,
    handed_on,
    not_known,
)
from seawall.engine.path.dns.resolve import Resolver
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import at
from seawall.model.address import Address
from seawall.model.cluster_dns import MANAGED_NAMESPACES
from seawall.model.end import ApiServerEnd, ServiceEnd
from seawall.model.name_servers import OF_AKS, HostTable, ServerBlock
from seawall.model.service import Service, ServiceType
from seawall.model.trace import DecidingRule

SOURCE = "Kubernetes docs, DNS for Services and Pods"
AKS_SOURCE = "AKS docs, coredns-custom"
COREDNS_SOURCE = "CoreDNS manual and plugins"

_AT = "cluster DNS"
_API_SERVER = ("default", "kubernetes")
_ONWARD = Server(Whom.CLUSTER)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Where the servers stand that ask on, and what was asked before.

    Attributes:
        network: Id of their network; None when not known.
        why: Why that is not known.
        trail: The names that the present one is an alias of.
    """

    network: str | None
    why: str
    trail: tuple[str, ...]


class ClusterDns:
    """The DNS servers of the cluster in one snapshot."""

    def __init__(self, atlas: Atlas, resolver: Resolver) -> None:
        self._atlas = atlas
        self._resolver = resolver
        objects = atlas.snapshot.objects
        self._blocks = objects.name_servers or (OF_AKS,)
        self._services = {(it.namespace, it.name): it for it in objects.services}
        self._namespaces = {each.name for each in objects.namespaces}

    def answer(
        self, name: str, network: str | None, why: str, trail: tuple[str, ...] = ()
    ) -> Resolution:
        """Return what a name leads to for whoever asks the cluster's DNS.

        Args:
            name: In lower case, absolute.
            network: Id of the network whose servers it asks on.
            why: Why that network is not known, if it is not.
            trail: The names that this is an alias of.

        Source:
            Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom;
            CoreDNS manual, "Query Processing".
        """
        asking = _Asking(network, why, trail)
        found = self._by_blocks(name, asking)
        if found.servers:
            return found
        return replace(found, servers=(Server(Whom.CLUSTER, upstream=None),))

    def _by_blocks(self, name: str, asking: "_Asking") -> Resolution:
        """Return what the server block with the longest zone answers."""
        blocks = blocks_of(self._blocks, name)
        block = blocks[0]
        if len(blocks) > 1:
            says = (
                f"two server blocks of the cluster's DNS are for `{_longest(blocks)}`"
            )
            return not_known(name, says, _rule(blocks[1]))
        unread = unread_of(block, name)
        if unread is not None:
            says = f"{unread.what}: what the cluster's DNS answers is not known"
            rule = DecidingRule(_AT, unread.origin)
            return replace(not_known(name, says, rule), source=AKS_SOURCE)
        asked, rewrite = rewritten(block, name)
        if rewrite is None or asked == name:
            return self._in_block(name, block, asking)
        found = self._in_block(asked, block, asking)
        says = f"`{name}` is asked for as `{asked}`"
        link = Link(_AT, says, DecidingRule(_AT, rewrite.origin), COREDNS_SOURCE)
        canonical = found.canonical or asked
        return handed_on(replace(found, name=name, canonical=canonical), link)

    def _in_block(self, name: str, block: ServerBlock, asking: "_Asking") -> Resolution:
        """Return what a server block answers, in the order of CoreDNS' plugins.

        Source:
            CoreDNS, plugin.cfg: template, hosts, kubernetes, forward.
        """
        refusal = refusal_of(block, name)
        if refusal is not None:
            says = f"the cluster's DNS answers that there is no name `{name}`"
            rule = DecidingRule(_AT, refusal.origin) if refusal.origin.path else None
            return Resolution(name, Answers.NOTHING, says, rule=rule, source=AKS_SOURCE)
        listed = hosts_of(block, name)
        if listed is not None:
            return _from_hosts(name, *listed)
        domain = next((it for it in block.domains if is_under(name, it)), None)
        if domain is not None:
            found = self._of_cluster(name, domain, asking)
            goes_on = covers(block.domains_hand_on, name)
            if found.answer is not Answers.NOTHING or not goes_on:
                return found
        return self._forwarded(name, block, asking)

    def _forwarded(
        self, name: str, block: ServerBlock, asking: "_Asking"
    ) -> Resolution:
        """Return what those answer that a server block asks on.

        Source:
            AKS docs, coredns-custom, "Custom forward server"; CoreDNS plugin forward.
        """
        forwards = forwards_of(block, name)
        if not forwards:
            says = f"no plugin of its server block answers for `{name}`"
            rule = _rule(block)
            return Resolution(
                name, Answers.NOTHING, says, rule=rule, source=COREDNS_SOURCE
            )
        servers, rule = forwards[0].servers, DecidingRule(_AT, forwards[0].origin)
        if any(each.servers != servers for each in forwards):
            says = "two `forward` plugins of one server block are for it"
            return not_known(name, says, rule)
        if servers is None:
            return not_known(name, "whom `forward` asks cannot be read", rule)
        if asking.network is None:
            return replace(not_known(name, asking.why), servers=(_ONWARD,))
        if not servers:
            found = self._resolver.resolve(name, asking.network)
            return replace(found, servers=(_ONWARD,))
        return self._elsewhere(name, servers, rule, asking)

    def _elsewhere(
        self,
        name: str,
        servers: tuple[Address, ...],
        rule: DecidingRule,
        asking: "_Asking",
    ) -> Resolution:
        """Return what servers answer that a server block names."""
        cluster = self._atlas.cluster
        own = cluster.dns_address.value if cluster else None
        if own is not None and own in servers:
            return self._again(name, servers, rule, asking)
        found = self._resolver.ask_servers(name, asking.network or "", servers)
        to = ", ".join(str(each) for each in servers)
        link = Link(_AT, f"`forward` asks {to} for it", rule, AKS_SOURCE)
        server = Server(Whom.CLUSTER, upstream=servers)
        return handed_on(replace(found, servers=(server,)), link)

    def _again(
        self,
        name: str,
        servers: tuple[Address, ...],
        rule: DecidingRule,
        asking: "_Asking",
    ) -> Resolution:
        """Return what the cluster's DNS answers when it asks itself once more."""
        mark = f"{name}?"
        if mark in asking.trail or len(servers) > 1:
            says = "the cluster's DNS asks itself for it, among others or again"
            return not_known(name, says, rule)
        trail = (*asking.trail, mark)
        found = self.answer(name, asking.network, asking.why, trail)
        says = "the cluster's DNS asks itself"
        return handed_on(found, Link(_AT, says, rule, AKS_SOURCE))

    def has_namespace(self, name: str) -> bool:
        """Say whether the input knows a namespace."""
        return name in self._namespaces

    def _of_cluster(self, name: str, domain: str, asking: "_Asking") -> Resolution:
        """Return what a name under the cluster's domain leads to.

        Source:
            Kubernetes docs, DNS for Services and Pods; kubernetes/dns, specification.
        """
        labels = name.removesuffix(domain).rstrip(".").split(".")
        kind, rest = labels[-1], labels[:-1]
        if kind == "pod" and rest:
            return not_known(name, "names of pods by their address are not followed")
        if kind != "svc" or not 2 <= len(rest) <= 4:  # noqa: PLR2004
            return _nothing(name, f"the cluster's DNS has no name `{name}`")
        namespace, service = rest[-1], rest[-2]
        found = self._services.get((namespace, service))
        if found is None:
            return self._without(name, namespace, service, is_part=len(rest) > 2)  # noqa: PLR2004
        rule = DecidingRule(f"Service {found.label}", found.origin)
        if len(rest) > 2:  # noqa: PLR2004
            says = (
                f"whether `{'.'.join(rest[:-2])}` names a pod or port of Service "
                f"{found.label} is not known: `hostname` and `subdomain` are not read"
            )
            return not_known(name, says, rule)
        if found.type is ServiceType.EXTERNAL_NAME and found.doubt is None:
            return self._alias(name, found, asking)
        return Resolution(
            name,
            Answers.CLUSTER,
            f"`{name}` is Service {found.label}",
            rule=rule,
            source=SOURCE,
            end=ServiceEnd(found),
        )

    def _without(
        self, name: str, namespace: str, service: str, *, is_part: bool
    ) -> Resolution:
        """Return the answer for a Service that the input does not hold."""
        if (namespace, service) == _API_SERVER and not is_part:
            says = f"`{name}` is the API server"
            end = ApiServerEnd()
            return Resolution(name, Answers.CLUSTER, says, source=SOURCE, end=end)
        says = f"there is no Service `{service}` in namespace `{namespace}`"
        if not self.has_namespace(namespace) and namespace not in MANAGED_NAMESPACES:
            return _nothing(name, says)
        if is_part:
            return _nothing(name, says)
        if namespace in MANAGED_NAMESPACES:
            says = f"{says} of the input, where AKS runs some of its own"
            return not_known(name, says)
        hidden = self._atlas.snapshot.objects.hidden
        first = next(
            (each for each in hidden if each.namespace in (None, namespace)), None
        )
        if first is not None:
            rule = DecidingRule(f"{first.kind} {first.name}", first.origin)
            says = (
                f"{says} of the input, where {first.kind} `{first.name}` may make one"
            )
            return not_known(name, says, rule)
        return _nothing(name, says)

    def _alias(self, name: str, service: Service, asking: "_Asking") -> Resolution:
        """Return what an ExternalName Service leads to, asked from the start.

        Source:
            Kubernetes docs, Service, "Type: ExternalName".
        """
        target = service.external_name.lower().rstrip(".")
        rule = DecidingRule(f"Service {service.label}", service.origin)
        seen = (*asking.trail, name)
        if not target:
            return not_known(name, f"Service {service.label} names nothing", rule)
        if target in seen:
            says = (
                f"its aliases lead in a circle: Service {service.label} to `{target}`"
            )
            return Resolution(name, Answers.NOTHING, says, rule=rule, source=SOURCE)
        onward = self.answer(target, asking.network, asking.why, seen)
        says = f"Service {service.label} is an alias of `{target}`"
        found = handed_on(onward, Link(_AT, says, rule, SOURCE))
        canonical = found.canonical or target
        return replace(found, name=name, canonical=canonical)


def _nothing(name: str, says: str) -> Resolution:
    return Resolution(name, Answers.NOTHING, says, source=SOURCE)


def _from_hosts(
    name: str, table: HostTable, addresses: tuple[Address, ...]
) -> Resolution:
    rule = DecidingRule(_AT, table.origin)
    if addresses:
        listed = ", ".join(str(each) for each in addresses)
        return Resolution(
            name,
            Answers.PRIVATE,
            f"plugin `hosts` of the cluster's DNS says {listed}",
            addresses=at(*addresses),
            rule=rule,
            source=COREDNS_SOURCE,
        )
    says = "plugin `hosts` of the cluster's DNS lacks it and has no `fallthrough`"
    return Resolution(name, Answers.NOTHING, says, rule=rule, source=COREDNS_SOURCE)


def _longest(blocks: Sequence[ServerBlock]) -> str:
    """Return the zones of a block, as its author may know it."""
    return " ".join(each or "." for each in blocks[0].zones)


def _rule(block: ServerBlock) -> DecidingRule | None:
    return DecidingRule(_AT, block.origin) if block.origin.path else None
