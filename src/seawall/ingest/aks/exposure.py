"""What a Service of type LoadBalancer asks of Azure.

The controller that carries it out is `cloud-provider-azure`; its rules for who may
connect are read here, and turned into security rules in `security`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from seawall.model.address import Address, AddressRange
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import KubernetesObjects

_AZURE = "service.beta.kubernetes.io/azure-"
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_ALLOWED = _AZURE + "allowed-ip-ranges"
_DENY_REST = _AZURE + "deny-all-except-load-balancer-source-ranges"
_TAGS = _AZURE + "allowed-service-tags"
_ADDITIONAL = _AZURE + "additional-public-ips"
NODE_PORTS = PortRange(30000, 32767)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One LoadBalancer Service in Azure's terms.

    Attributes:
        service: The Service.
        internal: Whether its front end is private.
        floating: Whether packets keep the front end's address.
        ranges: The source ranges that can be read.
        tags: The service tags that may connect.
        invalid: Source ranges that the controller cannot read.
        contradictory: Whether ranges are given in two ways, or something else is
            written that is refused: what is in force then is not known.
        denies_rest: Whether sources that are not listed are denied.
        has_rules: Whether the controller writes security rules at all.
        addresses: The addresses of its front end, as far as known.
        additional: Further public addresses that its rules name.
        subnet_name: The subnet of an internal front end, by name; empty for the nodes'.
        address_name: The public IP resource of its front end, by name; usually empty.
        unpublished_ports: Ports for which no load balancer rule is made.
    """

    service: Service
    internal: bool
    floating: bool
    ranges: tuple[AddressRange, ...]
    tags: tuple[str, ...]
    invalid: tuple[str, ...]
    contradictory: bool
    denies_rest: bool
    has_rules: bool
    addresses: tuple[Address, ...]
    additional: tuple[Address, ...]
    subnet_name: str
    address_name: str
    unpublished_ports: frozenset[int]

    def probe(self, port: ServicePort) -> PortRange | None:
        """Return where the load balancer probes nodes for a port of the Service.

        The port of nodes that is probed under `Local`, and one that Kubernetes has yet
        to choose, may be any of those that it chooses from.

        Source: kubernetes-sigs/cloud-provider-azure, site, "Custom load balancer health
        probe", and azure_loadbalancer_healthprobe.go; Kubernetes docs, Service.
        """
        service, prefix = self.service, f"service.beta.kubernetes.io/port_{port.port}_"
        if _says_true(service, prefix + "no_probe_rule"):
            return None
        if service.annotation(prefix + "health-probe_port"):
            return EVERY_PORT
        if service.local_traffic_only:
            return NODE_PORTS
        if port.protocol is not Protocol.TCP:
            return None
        if port.node_port is None:
            return NODE_PORTS
        return PortRange(port.node_port, port.node_port)

    @property
    def admits_internet(self) -> bool:
        """Whether the controller writes a rule for the tag `Internet`.

        Source: kubernetes-sigs/cloud-provider-azure,
        pkg/provider/loadbalancer/accesscontrol.go, `IsAllowFromInternet`, commit
        1631143.
        """
        if self.tags or self.invalid:
            return False
        if self.ranges and not any(_is_everything(item) for item in self.ranges):
            return False
        return bool(self.ranges) or not self.internal


def read_exposure(service: Service) -> Exposure:
    """Return what *service* asks for.

    Source: kubernetes-sigs/cloud-provider-azure, pkg/provider/loadbalancer,
    configuration.go and accesscontrol.go, commits 1294543 and 1631143; AKS docs,
    configure-load-balancer-standard, read 2026-08.
    """
    spec, bad_spec = _ranges(service.source_ranges)
    listed = _entries(service, _ALLOWED) + _entries(service, _RANGES)
    noted, bad_noted = _ranges(listed)
    invalid = bad_spec + bad_noted
    restricts = _says_true(
        service, _AZURE + "deny-all-except-load-balancer-source-ranges"
    )
    return Exposure(
        service=service,
        internal=_says_true(service, _AZURE + "load-balancer-internal"),
        floating=not _says_true(service, _AZURE + "disable-load-balancer-floating-ip"),
        ranges=spec + noted,
        tags=tuple(word for word in _entries(service, _TAGS) if word),
        invalid=invalid,
        contradictory=bool(spec and noted) or bool(_refused(service)),
        denies_rest=bool(invalid) or (restricts and bool(spec or noted)),
        has_rules=not _says_true(service, _AZURE + "disable-load-balancer-nsg-rule"),
        addresses=_addresses(service),
        additional=_literal(_words(service, _ADDITIONAL)),
        subnet_name=service.annotation(_AZURE + "load-balancer-internal-subnet") or "",
        address_name=service.annotation(_AZURE + "pip-name") or "",
        unpublished_ports=frozenset(
            port.port
            for port in service.ports
            if _says_true(
                service, f"service.beta.kubernetes.io/port_{port.port}_no_lb_rule"
            )
        ),
    )


def published(objects: KubernetesObjects) -> tuple[Service, ...]:
    """Return the Services that a load balancer stands before, sorted by label."""
    return tuple(
        service
        for service in sorted(objects.services, key=lambda service: service.label)
        if service.type is ServiceType.LOAD_BALANCER
    )


def diagnose(exposure: Exposure) -> Iterator[Diagnostic]:
    """Yield what the author of the Service should know about its ranges."""
    service = exposure.service
    for text in exposure.invalid:
        yield Diagnostic(
            Level.ERROR,
            service.origin,
            f"`{service.label}` lists the source range `{text}`, which cannot be read"
            if text
            else f"`{service.label}` has an empty entry among its source ranges",
            "the controller takes CIDRs without host bits; for one that it cannot read "
            "it denies everything that the others do not allow",
            "write a network address with its prefix length, such as `203.0.113.0/24`",
        )
    for text in _refused(service):
        yield Diagnostic(
            Level.ERROR,
            service.origin,
            f"`{service.label}` lists {text}",
            "the controller or Azure refuses this, and what was there before stays",
            "take the entry out, or take the annotation away",
        )
    if service.load_balancer_class:
        yield Diagnostic(
            Level.WARNING,
            service.origin,
            f"`{service.label}` has the class `{service.load_balancer_class}`, which "
            "another controller than Azure's serves",
            "what this controller makes is not modelled: what comes by its front end "
            "is unknown",
            "look at what this controller opens yourself",
        )
    if exposure.contradictory and not _refused(service):
        yield Diagnostic(
            Level.ERROR,
            service.origin,
            f"`{service.label}` gives source ranges in its spec and in an annotation",
            "the controller refuses this and leaves what was there before",
            "keep one of the two",
        )
    if service.source_ranges and exposure.tags:
        yield Diagnostic(
            Level.WARNING,
            service.origin,
            f"`{service.label}` restricts sources both by range and by service tag",
            "the nodes drop what is not in the ranges, so the tags have no effect",
            f"move the ranges to the annotation `{_ALLOWED}`",
        )


def _says_true(service: Service, key: str) -> bool:
    return (service.annotation(key) or "").strip().lower() == "true"


def _words(service: Service, key: str) -> tuple[str, ...]:
    written = service.annotation(key) or ""
    return tuple(word.strip() for word in written.split(",") if word.strip())


def _entries(service: Service, key: str) -> tuple[str, ...]:
    """Return the entries of an annotation; an empty one counts, as it does there.

    Source: kubernetes-sigs/cloud-provider-azure, pkg/provider/loadbalancer,
    configuration.go, `AllowedIPRanges` and `AllowedServiceTags`, commit 1294543.
    """
    written = service.annotation(key)
    if written is None:
        return ()
    return tuple(word.strip() for word in written.strip().split(","))


def _refused(service: Service) -> tuple[str, ...]:
    """Return what stands in annotations and makes a reconciliation fail.

    Source: kubernetes-sigs/cloud-provider-azure, pkg/provider/loadbalancer,
    configuration.go, `AdditionalPublicIPs`, commit 1294543.
    """
    found = []
    if "" in _entries(service, _TAGS):
        found.append("an empty entry among its allowed service tags")
    for text in _entries(service, _ADDITIONAL):
        try:
            ip_address(text)
        except ValueError:
            found.append(f"`{text}` among its additional addresses")
    return tuple(found)


def _ranges(
    written: tuple[str, ...],
) -> tuple[tuple[AddressRange, ...], tuple[str, ...]]:
    """Return what can be read and what cannot: bare addresses and host bits."""
    good: list[AddressRange] = []
    bad: list[str] = []
    for text in (item.strip() for item in written):
        if _is_prefix(text):
            good.append(AddressRange.parse(text))
        else:
            bad.append(text)
    return tuple(good), tuple(bad)


def _is_prefix(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text


def _addresses(service: Service) -> tuple[Address, ...]:
    """Return the front end's addresses: what is in force before what is asked for."""
    if service.load_balancer_addresses:
        return service.load_balancer_addresses
    pinned = (
        service.annotation(_AZURE + "load-balancer-ipv4") or "",
        service.annotation(_AZURE + "load-balancer-ipv6") or "",
    )
    return _literal(pinned)


def _literal(texts: tuple[str, ...]) -> tuple[Address, ...]:
    found: list[Address] = []
    for text in texts:
        try:
            found.append(ip_address(text.strip()))
        except ValueError:
            continue
    return tuple(found)


def _is_everything(item: AddressRange) -> bool:
    return item == AddressRange.everything(item.version)
