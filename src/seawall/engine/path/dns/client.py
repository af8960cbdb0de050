"""What names lead to for one client: a pod by its settings, all else by network."""

from dataclasses import dataclass, replace

from seawall.engine.path.dns.cluster import ClusterDns
from seawall.engine.path.dns.local import asks_cluster
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
from seawall.engine.path.ground.branch import Start, StartKind
from seawall.engine.path.ground.space import LOCAL_DNS, at
from seawall.model.local_dns import LocalDns
from seawall.model.pod_dns import DOMAIN, MOST_SERVERS, NDOTS, DnsPolicy, PodDns
from seawall.model.trace import DecidingRule

SOURCE = "Kubernetes docs, DNS for Services and Pods"
HOSTS_SOURCE = "Kubernetes docs, Adding entries to Pod /etc/hosts"
WINDOWS_SOURCE = "Kubernetes docs, DNS for Services and Pods, Windows nodes"

_OF_NETWORK = ""
"""Stands for the search domain that Azure gives the machines of a network."""


@dataclass(frozen=True, slots=True)
class _Pod:
    """What decides how a pod looks names up.

    Attributes:
        dns: Its settings.
        namespace: Its namespace.
        on_host: Whether it uses the network of its node.
        network: Id of the network of its node; None when not known.
        why: Why that is not known.
        near: What LocalDNS on its node does, where it is on.
    """

    dns: PodDns
    namespace: str
    on_host: bool
    network: str | None
    why: str
    near: LocalDns

    @property
    def policy(self) -> DnsPolicy:
        """The policy that holds: on the host network `ClusterFirst` is `Default`."""
        if self.on_host and self.dns.policy is DnsPolicy.CLUSTER_FIRST:
            return DnsPolicy.DEFAULT
        return self.dns.policy

    @property
    def is_cluster_first(self) -> bool:
        """Whether it asks the cluster's DNS."""
        return self.policy in (
            DnsPolicy.CLUSTER_FIRST,
            DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET,
        )


class Clients:
    """Resolves names as the clients of one snapshot do."""

    def __init__(self, atlas: Atlas, resolver: Resolver) -> None:
        self._atlas = atlas
        self._resolver = resolver
        self._cluster = ClusterDns(atlas, resolver)
        self._known: dict[tuple[_Pod, bool, str], Resolution] = {}

    def resolve(self, start: Start, name: str) -> Resolution:
        """Return what a name leads to for whoever stands at a start.

        Args:
            start: A pod, a node, a machine, or the internet.
            name: In any case.
        """
        asked = name.lower().rstrip(".")
        workload = start.workload
        if workload is None and start.kind is StartKind.NODE:
            return self._of_node(asked, start.network, start.why, _near_of(start))
        if workload is None or start.kind is StartKind.INTERNET:
            return self._of_network(asked, start.network, start.why)
        pod = _Pod(
            workload.dns,
            workload.namespace,
            workload.host_network,
            None if start.kind is StartKind.NOWHERE else start.network,
            start.why,
            _near_of(start),
        )
        unread = workload.dns.unread
        if workload.is_on_virtual_node:
            unread = "its pods run on a virtual node, which is not modelled"
        if unread:
            rule = DecidingRule(workload.label, workload.origin)
            says = f"how {workload.label} looks names up: {unread}"
            return replace(not_known(asked, says, rule), source=SOURCE)
        final = name.endswith(".")
        answers = [
            self._of_pod(pod, f"{asked}." if final else asked, windows=on)
            for on in _systems(start)
        ]
        if len({each.gist for each in answers}) > 1:
            says = "Linux and Windows look it up otherwise; which it runs on"
            unclear = not_known(asked, f"{says} is not known")
            return replace(unclear, servers=answers[0].servers, source=WINDOWS_SOURCE)
        return answers[0]

    def _of_pod(self, pod: _Pod, name: str, *, windows: bool) -> Resolution:
        key = (pod, windows, name)
        if key not in self._known:
            looked = self._on_windows if windows else self._on_linux
            self._known[key] = replace(looked(pod, name), name=name.rstrip("."))
        return self._known[key]

    def _final(self, pod: _Pod, name: str) -> Resolution:
        """Return what a name with a dot at its end leads to: no search domain counts.

        Source:
            resolv.conf(5), `ndots` and `search`: they are for names that do not end in
            a dot; hosts(5) does not say which of the two it holds.
        """
        if any(host == name for host, _ in pod.dns.hosts):
            return not_known(name, "whether `hostAliases` count with a dot at the end")
        return self._absolute(pod, name)

    def _on_linux(self, pod: _Pod, name: str) -> Resolution:
        """Return what a name leads to by the file of hosts, then by servers.

        Source:
            Kubernetes docs, DNS for Services and Pods; resolv.conf(5); musl's resolver
            looks under no search domain for names with enough dots.
        """
        if name.endswith("."):
            return self._final(pod, name.rstrip("."))
        addresses = [address for host, address in pod.dns.hosts if host == name]
        if addresses:
            listed = ", ".join(str(each) for each in addresses)
            return Resolution(
                name,
                Answers.PRIVATE,
                f"its `hostAliases` say {listed}",
                addresses=at(*addresses),
                source=HOSTS_SOURCE,
            )
        suffixes = _suffixes(pod)
        is_first = name.count(".") >= _ndots(pod)
        if is_first:
            found = self._absolute(pod, name)
            if found.answer is not Answers.NOTHING:
                return found
        perhaps: list[Resolution] = []
        for suffix in suffixes:
            below = self._below(pod, name, suffix)
            if below.answer is Answers.NOTHING:
                continue
            if is_first:
                says = (
                    "it does not resolve as it is, and whether search domains are "
                    "tried then depends on the C library"
                )
                return replace(not_known(name, says), servers=below.servers)
            if not _is_anywhere_public(below):
                return _settled(below, perhaps)
            perhaps.append(below)
        return _settled(self._absolute(pod, name), perhaps)

    def _on_windows(self, pod: _Pod, name: str) -> Resolution:
        """Return what a name leads to on Windows.

        Source:
            Kubernetes docs, DNS for Services and Pods, "DNS resolution on Windows
            nodes": names with a dot are complete, and others get the suffix of the
            namespace.
        """
        is_odd = pod.policy is DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET
        if is_odd or pod.dns.hosts or pod.dns.searches or pod.dns.ndots is not None:
            says = "what its DNS settings mean on Windows is not documented"
            return replace(not_known(name, says), source=WINDOWS_SOURCE)
        if "." in name:
            return self._absolute(pod, name.rstrip("."))
        if not pod.is_cluster_first:
            return self._below(pod, name, _OF_NETWORK)
        return self._below(pod, name, f"{pod.namespace}.svc.{DOMAIN}")

    def _below(self, pod: _Pod, name: str, suffix: str) -> Resolution:
        """Return what a name leads to under one search domain."""
        if suffix == _OF_NETWORK:
            return self._near(pod, name)
        whole = f"{name}.{suffix}"
        found = self._asked(pod, whole)
        says = f"`{name}` is looked for as `{whole}`"
        return handed_on(found, Link("search domains", says, source=SOURCE))

    def _near(self, pod: _Pod, name: str) -> Resolution:
        """Return what a name leads to under the search domain of the network.

        A network with servers of its own has one that leads nowhere, and other names
        there are those of machines, of one label.

        Source:
            AKS docs, coredns-custom, "Invalid search domain completions".
        """
        home = self._atlas.network(pod.network) if pod.network else None
        servers = home.dns_servers if home else None
        if "." in name or (servers is not None and servers.value):
            says = "the search domain of the network has no such name"
            return Resolution(name, Answers.NOTHING, says, source=SOURCE)
        says = f"a machine `{name}` of the network may answer to it"
        return replace(not_known(name, says), servers=_servers(pod))

    def _absolute(self, pod: _Pod, name: str) -> Resolution:
        """Return what a name leads to as it is.

        One that would be a Service of a namespace in the input, and is none, may well
        be meant so: that the public has it is not taken for granted.
        """
        found = self._asked(pod, name)
        service, _, namespace = name.partition(".")
        is_short = "." not in namespace and self._cluster.has_namespace(namespace)
        if found.answer is not Answers.PUBLIC or found.resource is not None:
            return found
        if not is_short or not pod.is_cluster_first:
            return found
        says = (
            f"there is no Service `{service}` in namespace `{namespace}`, and whether "
            "the public has such a name is not known"
        )
        return replace(not_known(name, says), servers=found.servers, source=SOURCE)

    def _asked(self, pod: _Pod, name: str) -> Resolution:
        """Return what the servers of a pod answer to a complete name."""
        servers = _servers(pod)
        answers = [self._told(pod, server, name) for server in servers]
        asks = tuple(server for each in answers for server in each.servers)
        if len({each.gist for each in answers}) > 1:
            found = not_known(name, "several DNS servers may answer differently")
            return replace(found, servers=asks)
        return replace(answers[0], servers=asks)

    def _told(self, pod: _Pod, server: Server, name: str) -> Resolution:
        cluster = self._atlas.cluster
        own = cluster.dns_address.value if cluster else None
        if server.whom is Whom.CLUSTER or (own and server.address == own):
            return self._of_cluster(pod, name)
        if server.whom is Whom.NETWORK or server.address is None:
            return self._of_node(name, pod.network, pod.why, pod.near)
        if server.address in LOCAL_DNS:
            says = "which of the two servers on its node it asks is not followed"
            return replace(not_known(name, says), servers=(server,))
        if pod.network is None:
            return replace(not_known(name, pod.why), servers=(server,))
        found = self._resolver.ask_server(name, pod.network, server.address)
        return replace(found, servers=(server,))

    def _of_network(self, name: str, network: str | None, why: str) -> Resolution:
        servers = (Server(Whom.NETWORK),)
        if network is None and why:
            return replace(not_known(name, why), servers=servers)
        return replace(self._resolver.resolve(name, network), servers=servers)

    def _of_cluster(self, pod: _Pod, name: str) -> Resolution:
        """Return what a pod is told that asks the cluster first.

        LocalDNS may ask the servers of the network instead.

        Source:
            AKS docs, localdns-custom, "Server blocks for LocalDNS".
        """
        by_cluster = self._cluster.answer(name, pod.network, pod.why)
        way = asks_cluster(pod.near.pods, name, usually=True)
        if way is True:
            return by_cluster
        other = self._of_network(name, pod.network, pod.why)
        return self._by_local_dns(by_cluster, other, is_sure=way is not None)

    def _of_node(
        self, name: str, network: str | None, why: str, near: LocalDns
    ) -> Resolution:
        """Return what a node is told, or a pod that asks as its node does.

        With LocalDNS the server on the node asks the cluster's DNS for its domain.

        Source:
            AKS docs, localdns-custom, "Server blocks for LocalDNS".
        """
        found = self._of_network(name, network, why)
        way = asks_cluster(near.nodes, name, usually=is_under(name, DOMAIN))
        if way is False:
            return found
        told = self._cluster.answer(name, network, why)
        return self._by_local_dns(found, told, is_sure=way is not None)

    def _by_local_dns(
        self, without: Resolution, by_it: Resolution, *, is_sure: bool
    ) -> Resolution:
        """Return an answer that another replaces where LocalDNS is on.

        Args:
            without: The answer without LocalDNS.
            by_it: The answer by way of its server block.
            is_sure: Whether that block surely takes the name.
        """
        cluster = self._atlas.cluster
        if cluster is None or cluster.local_dns.is_surely(value=False):
            return without
        if cluster.local_dns.is_surely(value=True) and is_sure:
            return by_it
        if by_it.gist == without.gist and by_it.servers == without.servers:
            return without
        says = "whether a server block of LocalDNS takes it is not documented"
        if not cluster.local_dns.known:
            says = f"whether LocalDNS is on: {cluster.local_dns.why}"
        return replace(not_known(without.name, says), servers=without.servers)


def _is_anywhere_public(found: Resolution) -> bool:
    """Say whether an answer is some public address, of a name that may not exist."""
    return (
        found.answer is Answers.PUBLIC
        and found.resource is None
        and not found.canonical
        and not found.doubt
    )


def _settled(found: Resolution, perhaps: list[Resolution]) -> Resolution:
    """Return an answer, where names tried before it may exist in public.

    It does not matter if they do, where the answer is some public address too.
    """
    if not perhaps or _is_anywhere_public(found):
        return found
    tried = perhaps[0].chain[0].says
    says = f"{tried} first, and whether the public has that name is not known"
    return replace(not_known(found.name, says), servers=found.servers, source=SOURCE)


def _near_of(start: Start) -> LocalDns:
    return start.pool.local_dns if start.pool is not None else LocalDns()


def _systems(start: Start) -> tuple[bool, ...]:
    """Return whether a pod runs on Windows, or may."""
    if start.workload is not None and start.workload.windows is not None:
        return (start.workload.windows,)
    windows = start.pool.windows if start.pool is not None else None
    if windows is None or windows.value is False:
        return (False,)
    return (True,) if windows.value else (False, True)


def _servers(pod: _Pod) -> tuple[Server, ...]:
    """Return whom a pod asks.

    Source:
        Kubernetes docs, DNS for Services and Pods: `dnsConfig` adds to the policy, and
        there are three servers at most.
    """
    found: list[Server] = []
    if pod.is_cluster_first:
        found.append(Server(Whom.CLUSTER))
    elif pod.policy is DnsPolicy.DEFAULT:
        found.append(Server(Whom.NETWORK))
    found += [Server(Whom.SERVER, each) for each in dict.fromkeys(pod.dns.servers)]
    return tuple(found[:MOST_SERVERS])


def _suffixes(pod: _Pod) -> tuple[str, ...]:
    """Return the search domains of a pod, in order."""
    found: list[str] = []
    if pod.is_cluster_first:
        found += [f"{pod.namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
    if pod.policy is not DnsPolicy.NONE:
        found.append(_OF_NETWORK)
    return tuple(dict.fromkeys((*found, *pod.dns.searches)))


def _ndots(pod: _Pod) -> int:
    if pod.dns.ndots is not None:
        return pod.dns.ndots
    return NDOTS if pod.is_cluster_first else 1
