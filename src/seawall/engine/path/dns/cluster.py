"""What the cluster's own DNS answers: Services by itself, all else by asking on."""

from dataclasses import replace

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
from seawall.model.cluster_dns import DOMAIN, MANAGED_NAMESPACES
from seawall.model.end import ApiServerEnd, ServiceEnd
from seawall.model.service import Service, ServiceType
from seawall.model.trace import DecidingRule

SOURCE = "Kubernetes docs, DNS for Services and Pods"
AKS_SOURCE = "AKS docs, coredns-custom"

_AT = "cluster DNS"
_API_SERVER = ("default", "kubernetes")
_LONGEST_OF_NETWORKS = 6
"""Labels of the name of a machine under `internal.cloudapp.net`."""


class ClusterDns:
    """The DNS servers of the cluster in one snapshot."""

    def __init__(self, atlas: Atlas, resolver: Resolver) -> None:
        self._atlas = atlas
        self._resolver = resolver
        objects = atlas.snapshot.objects
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
            Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom.
        """
        own = Server(Whom.CLUSTER, upstream=None)
        if is_under(name, DOMAIN):
            found = self._of_cluster(name, network, why, trail)
            return found if found.servers else replace(found, servers=(own,))
        if _is_refused(name):
            says = f"the cluster's DNS answers that there is no name `{name}`"
            found = Resolution(name, Answers.NOTHING, says, source=AKS_SOURCE)
            return replace(found, servers=(own,))
        asks = (Server(Whom.CLUSTER),)
        if network is None:
            return replace(not_known(name, why), servers=asks)
        return replace(self._resolver.resolve(name, network), servers=asks)

    def has_namespace(self, name: str) -> bool:
        """Say whether the input knows a namespace."""
        return name in self._namespaces

    def _of_cluster(
        self, name: str, network: str | None, why: str, trail: tuple[str, ...]
    ) -> Resolution:
        """Return what a name under the cluster's domain leads to.

        Source:
            Kubernetes docs, DNS for Services and Pods; kubernetes/dns, specification.
        """
        labels = name.removesuffix(DOMAIN).rstrip(".").split(".")
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
            return self._alias(name, found, network, why, trail)
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

    def _alias(
        self,
        name: str,
        service: Service,
        network: str | None,
        why: str,
        trail: tuple[str, ...],
    ) -> Resolution:
        """Return what an ExternalName Service leads to, asked from the start.

        Source:
            Kubernetes docs, Service, "Type: ExternalName".
        """
        target = service.external_name.lower().rstrip(".")
        rule = DecidingRule(f"Service {service.label}", service.origin)
        seen = (*trail, name)
        if not target:
            return not_known(name, f"Service {service.label} names nothing", rule)
        if target in seen:
            says = (
                f"its aliases lead in a circle: Service {service.label} to `{target}`"
            )
            return Resolution(name, Answers.NOTHING, says, rule=rule, source=SOURCE)
        onward = self.answer(target, network, why, seen)
        says = f"Service {service.label} is an alias of `{target}`"
        found = handed_on(onward, Link(_AT, says, rule, SOURCE))
        canonical = found.canonical or target
        return replace(found, name=name, canonical=canonical)


def _nothing(name: str, says: str) -> Resolution:
    return Resolution(name, Answers.NOTHING, says, source=SOURCE)


def _is_refused(name: str) -> bool:
    """Say whether AKS keeps a completed name from the servers of the network.

    Source:
        AKS docs, coredns-custom, "Invalid search domain completions".
    """
    if is_under(name, "reddog.microsoft.com"):
        return True
    long = name.count(".") + 1 > _LONGEST_OF_NETWORKS
    return long and is_under(name, "internal.cloudapp.net")
