"""What one name leads to for one client, and whom it asks."""

from collections.abc import Iterable

from seawall.model.end import NodeEnd, PodEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.local_dns import LocalDnsBlock
from seawall.model.pod_dns import DOMAIN, MOST_SERVERS, NDOTS, DnsPolicy
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.reference.cluster_dns import by_cluster, within_domain
from seawall.reference.journey import Start
from seawall.reference.match import Match, holds
from seawall.reference.name import ask, owner_of, resolve
from seawall.reference.place import network_of, within
from seawall.reference.policing import LOCAL_DNS
from seawall.reference.told import Asks, Told
from seawall.reference.zone import NOTHING, UNKNOWN, Resolved, order


def told(snapshot: Snapshot, start: Start, name: str) -> Told:
    """Say what *name* leads to for whoever stands at *start*.

    Source: docs/semantics/path.md, Q1, Q10, Q13 and Q14.
    """
    name = name.lower()
    if isinstance(start.end, NodeEnd):
        return _of_node(snapshot, start, name.rstrip("."))
    if not isinstance(start.end, PodEnd):
        return _of_network(snapshot, start, name.rstrip("."))
    workload = start.end.workload
    if workload.dns.unread or workload.is_on_virtual_node:
        return Told(UNKNOWN)
    answers = []
    for windows in _windows(snapshot, start, workload):
        look = _on_windows if windows else _on_linux
        answers.append(look(snapshot, start, workload, name))
    if len({each.answer for each in answers}) > 1:
        return Told(UNKNOWN, answers[0].asks)
    return answers[0]


def meant(
    snapshot: Snapshot, start: Start, name: str | None
) -> PlatformResource | None:
    """Return the resource that a name stands for, by whatever aliases.

    Source: docs/semantics/path.md, Q12.
    """
    found = canonical(snapshot, start, name)
    return owner_of(snapshot.fabric, found) if found else None


def canonical(snapshot: Snapshot, start: Start, name: str | None) -> str:
    """Return the name that the aliases of one lead to. Source: path.md, Q12."""
    if name is None:
        return ""
    found = told(snapshot, start, name).answer
    return found.canonical or name.lower().rstrip(".")


def _windows(snapshot: Snapshot, start: Start, workload: Workload) -> list[bool]:
    if workload.windows is not None:
        return [workload.windows]
    pool = snapshot.cluster.pool(start.pool) if snapshot.cluster else None
    on = holds(pool.windows) if pool is not None else False
    return [False, True] if on is None else [on]


def _policy(workload: Workload) -> DnsPolicy:
    policy = workload.dns.policy
    if workload.host_network and policy is DnsPolicy.CLUSTER_FIRST:
        return DnsPolicy.DEFAULT
    return policy


def _cluster_first(workload: Workload) -> bool:
    return _policy(workload) not in (DnsPolicy.DEFAULT, DnsPolicy.NONE)


def _on_linux(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Look in the hosts first, then under the search domains, then for the name itself.

    Source: resolv.conf(5); docs/semantics/path.md, Q13.
    """
    dns = workload.dns
    if name.endswith("."):
        return _final(snapshot, start, workload, name.rstrip("."))
    hosts = {address for host, address in dns.hosts if host == name}
    if hosts:
        return Told(Resolved("addresses", tuple(sorted(hosts, key=order))))
    return _searched(snapshot, start, workload, name)


def _final(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Look for a name that ended in a dot: as it is, unless the hosts may have it.

    Source: resolv.conf(5); docs/semantics/path.md, Q13.
    """
    if any(host == name for host, _ in workload.dns.hosts):
        return Told(UNKNOWN)
    return _whole(snapshot, start, workload, name)


def _searched(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Look under the search domains, before or after the name itself.

    Source: resolv.conf(5); docs/semantics/path.md, Q13.
    """
    dns = workload.dns
    ndots = dns.ndots
    if ndots is None:
        ndots = NDOTS if _cluster_first(workload) else 1
    whole = _whole(snapshot, start, workload, name)
    dots = name.count(".")
    if dots >= ndots and whole.answer.kind != "nothing":
        return whole
    open_ = False
    for domain in _domains(workload):
        if domain is None:
            found = _near(snapshot, start, workload, name)
        else:
            found = _asked(snapshot, start, workload, f"{name}.{domain}")
        if found.answer.kind == "nothing":
            continue
        if dots >= ndots:
            return Told(UNKNOWN, found.asks)
        if _somewhere(snapshot, f"{name}.{domain}", found):
            open_ = True
            continue
        return Told(UNKNOWN, found.asks) if open_ else found
    if open_ and not _somewhere(snapshot, name, whole):
        return Told(UNKNOWN, whole.asks)
    return whole


def _somewhere(snapshot: Snapshot, name: str, found: Told) -> bool:
    """Whether an answer is any public address, of a name that may not exist."""
    plain = found.answer.kind == "public" and not found.answer.canonical
    return plain and owner_of(snapshot.fabric, name) is None


def _domains(workload: Workload) -> list[str | None]:
    """Return the search domains, None standing for that of the network."""
    found: list[str | None] = []
    if _cluster_first(workload):
        found = [f"{workload.namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
    if _policy(workload) is not DnsPolicy.NONE:
        found.append(None)
    return found + [each for each in workload.dns.searches if each not in found]


def _on_windows(
    snapshot: Snapshot, start: Start, workload: Workload, name: str
) -> Told:
    """Look for a name with a dot as it is, for others in the namespace.

    Source: Kubernetes docs, DNS for Services and Pods, DNS resolution on Windows nodes.
    """
    dns = workload.dns
    odd = dns.hosts or dns.searches or dns.ndots is not None
    if odd or _policy(workload) is DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET:
        return Told(UNKNOWN)
    if "." in name:
        return _whole(snapshot, start, workload, name.rstrip("."))
    if not _cluster_first(workload):
        return _near(snapshot, start, workload, name)
    domain = f"{workload.namespace}.svc.{DOMAIN}"
    return _asked(snapshot, start, workload, f"{name}.{domain}")


def _near(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Look under the search domain of the network, where only machines are.

    Source: AKS docs, coredns-custom, invalid search domain completions.
    """
    home = network_of(snapshot.fabric, start.network)
    if "." in name or (home is not None and home.dns_servers.value):
        return Told(NOTHING)
    return Told(UNKNOWN, tuple(_servers(workload)))


def _whole(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Look for a name as it is; a Service that is missed is not sought in public.

    Source: docs/semantics/path.md, Q14.
    """
    found = _asked(snapshot, start, workload, name)
    owner = owner_of(snapshot.fabric, found.answer.canonical or name)
    is_public = found.answer.kind in ("public", "perhaps")
    if not is_public or owner is not None or not _cluster_first(workload):
        return found
    labels = name.split(".")
    spaces = [each.name for each in snapshot.objects.namespaces]
    if len(labels) == 2 and labels[1] in spaces:  # noqa: PLR2004
        return Told(UNKNOWN, found.asks)
    return found


def _servers(workload: Workload) -> list[Asks]:
    found: list[Asks] = []
    if _cluster_first(workload):
        found.append(Asks("cluster"))
    elif _policy(workload) is DnsPolicy.DEFAULT:
        found.append(Asks("network"))
    for address in workload.dns.servers:
        if address not in [each.address for each in found]:
            found.append(Asks("server", address))
    return found[:MOST_SERVERS]


def _asked(snapshot: Snapshot, start: Start, workload: Workload, name: str) -> Told:
    """Ask the servers of a pod; they must agree."""
    answers = [
        _by_server(snapshot, start, server, name) for server in _servers(workload)
    ]
    return _together(answers)


def _together(answers: Iterable[Told]) -> Told:
    listed = list(answers)
    asks = tuple(server for each in listed for server in each.asks)
    same = len({each.answer for each in listed}) == 1
    return Told(listed[0].answer if same else UNKNOWN, asks)


def _by_server(snapshot: Snapshot, start: Start, server: Asks, name: str) -> Told:
    cluster = snapshot.cluster
    own = cluster.dns_address.value if cluster else None
    if server.whom == "network":
        return _of_node(snapshot, start, name)
    if server.whom == "cluster" or (own is not None and server.address == own):
        return _of_cluster(snapshot, start, name)
    if server.address is None or within(server.address, LOCAL_DNS):
        return Told(UNKNOWN, (server,))
    answer = ask(snapshot, start.network or None, name, (server.address,))
    return Told(answer, (server,))


def _of_network(snapshot: Snapshot, start: Start, name: str) -> Told:
    answer = resolve(snapshot, start.network or None, name)
    return Told(answer, (Asks("network"),))


def _of_cluster(snapshot: Snapshot, start: Start, name: str) -> Told:
    """Ask the cluster first; LocalDNS may ask the network instead.

    Source: AKS docs, localdns-custom; docs/semantics/path.md, Q18.
    """
    found = by_cluster(snapshot, start, name)
    pool = snapshot.cluster.pool(start.pool) if snapshot.cluster else None
    way = _to_cluster(pool.local_dns.pods if pool else (), name, otherwise=True)
    if way:
        return found
    other = _of_network(snapshot, start, name)
    return _instead(snapshot, found, other, sure=way is False)


def _of_node(snapshot: Snapshot, start: Start, name: str) -> Told:
    """Ask as a node does; LocalDNS on it knows the cluster's names.

    Source: AKS docs, localdns-custom; docs/semantics/path.md, Q18.
    """
    found = _of_network(snapshot, start, name)
    pool = snapshot.cluster.pool(start.pool) if snapshot.cluster else None
    way = _to_cluster(pool.local_dns.nodes if pool else (), name, otherwise=False)
    if way is False:
        return found
    return _instead(
        snapshot, found, by_cluster(snapshot, start, name), sure=way is True
    )


def _instead(snapshot: Snapshot, found: Told, other: Told, *, sure: bool) -> Told:
    """Return *other* where LocalDNS is on and surely says so, else what both say."""
    on = holds(snapshot.cluster.local_dns) if snapshot.cluster is not None else False
    if on is False or found == other:
        return found
    return other if on and sure else Told(UNKNOWN, found.asks)


def _to_cluster(
    blocks: tuple[LocalDnsBlock, ...], name: str, *, otherwise: bool
) -> Match:
    """Say whether LocalDNS asks the cluster's DNS for a name.

    The block of the very name decides, then that of the cluster's domain, then that of
    every name; one of a domain above the name may decide before these.
    """
    ways: dict[str, Match] = {"": otherwise, DOMAIN: True}
    ways |= {block.zone: block.to_cluster for block in blocks}
    if name in ways:
        return ways[name]
    plain = ways[DOMAIN] if within_domain(name, DOMAIN) else ways[""]
    above = [zone for zone in ways if zone not in ("", DOMAIN)]
    perhaps = {ways[zone] for zone in above if within_domain(name, zone)}
    return plain if perhaps <= {plain} else None
