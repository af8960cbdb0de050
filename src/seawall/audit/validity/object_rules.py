"""Rules about Services and policies, on the cluster that they are in."""

from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term, fact, of
from seawall.model.dataplane import Feature, Language
from seawall.model.ranked import RankedPolicy
from seawall.model.service import Service

_NET = "networkProfile."
_PRE = "service.beta.kubernetes.io/azure-"
_PLS = _PRE + "pls-create"
_INTERNAL = _PRE + "load-balancer-internal"
_RANGES = _PRE + "allowed-ip-ranges"
_TAGS = _PRE + "allowed-service-tags"


def _is_cluster_of_objects(site: Site) -> bool:
    """Whether the Kubernetes objects of the input are this cluster's."""
    return site.snapshot.cluster is site.cluster


def _services(site: Site) -> Iterator[Service]:
    if _is_cluster_of_objects(site):
        yield from site.snapshot.objects.services


def _says(service: Service, key: str, value: str = "true") -> bool:
    return (service.annotation(key) or "").strip().lower() == value


def _private_link(site: Site) -> Iterator[Claim]:
    by_node = site.detail(_NET + "loadBalancerProfile.backendPoolType", "NodeIP")
    for service in _services(site):
        here = fact(_says(service, _PLS), service.origin)
        internal = _says(service, _INTERNAL)
        says = "its load balancer is not internal"
        yield Claim(here & fact(not internal), service.label, says)
        says = "the load balancer's members are addresses of nodes (`NodeIP`)"
        yield Claim(here & by_node, service.label, says)


def _static_blocks(site: Site) -> Iterator[Claim]:
    for service in _services(site):
        here = fact(_says(service, _PLS), service.origin)
        for pool in site.pools:
            block = site.pool(pool, "podIPAllocationMode", "StaticBlock")
            says = f"pool `{pool.name}` gives pods addresses in blocks"
            yield Claim(here & block, service.label, says)


def _two_filters(site: Site) -> Iterator[Claim]:
    for service in _services(site):
        ranges = fact(bool(service.source_ranges), service.origin)
        for key, name in ((_RANGES, "ip-ranges"), (_TAGS, "service-tags")):
            given = fact(service.annotation(key) is not None)
            says = f"it has `azure-allowed-{name}` too"
            yield Claim(ranges & given, service.label, says)


def _cilium_needs(site: Site) -> Iterator[tuple[RankedPolicy, frozenset[Feature]]]:
    if not _is_cluster_of_objects(site):
        return
    for policy in site.snapshot.objects.ranked_policies:
        if policy.language is Language.CILIUM:
            rules = (*policy.ingress, *policy.egress)
            yield policy, policy.needs.union(*(rule.needs for rule in rules))


def _has(site: Site, need: Feature) -> Term:
    features = site.cluster.policy_features
    return of(features, lambda found: need in (found or ()), "policy features")


def _beyond_features(site: Site) -> Iterator[Claim]:
    for policy, needs in _cilium_needs(site):
        for need in sorted(needs, key=lambda it: it.value):
            has = _has(site, need)
            here = fact(True, policy.origin)  # noqa: FBT003
            says = f"it asks for {need.value}"
            yield Claim(here & site.cilium & ~has, policy.label, says)


def _requests_everywhere(site: Site) -> Iterator[Claim]:
    for policy, needs in _cilium_needs(site):
        wide = policy.namespace is None
        here = fact(wide and Feature.REQUESTS in needs, policy.origin)
        yield Claim(here, policy.label)


_CILIUM = (
    "networkProfile: {networkPlugin: azure, networkPluginMode: overlay, "
    "networkDataplane: %s, advancedNetworking: %s}"
)


_PLAIN = "networkProfile: {networkPlugin: azure, networkPluginMode: overlay}\n"


_SERVICE = "_service: {annotations: {%s}, spec: {type: LoadBalancer%s}}"


_NAMES = """
_policy:
  apiVersion: cilium.io/v2
  kind: CiliumNetworkPolicy
  metadata: {name: out, namespace: shop}
  spec:
    endpointSelector: {}
    egress: [{toFQDNs: [{matchName: example.com}]}]
"""


_WIDE = """
_policy:
  apiVersion: cilium.io/v2
  kind: CiliumClusterwideNetworkPolicy
  metadata: {name: wide}
  spec:
    endpointSelector: {}
    ingress:
      - fromEndpoints: [{}]
        toPorts: [{ports: [{port: '80', protocol: TCP}], rules: %s}]
"""


RULES = (
    Validity(
        "AKSV053",
        "private-link-without-internal-balancer",
        Kind.INVALID,
        "a Private Link service stands before an internal load balancer whose members "
        "are configurations (`NodeIPConfiguration`)",
        "make the Service internal",
        "AKS docs, internal-lb, load-balancer-standard",
        _private_link,
        _PLAIN + _SERVICE % (f"{_PLS}: 'true'", ""),
        _PLAIN + _SERVICE % (f"{_PLS}: 'true', {_INTERNAL}: 'true'", ""),
    ),
    Validity(
        "AKSV018",
        "private-link-with-blocks",
        Kind.INVALID,
        "a Private Link service does not go with addresses of pods in blocks",
        "choose dynamic allocation, or another way in",
        "AKS docs, concepts-network-azure-cni-pod-subnet",
        _static_blocks,
        "networkProfile: {networkPlugin: azure}\nagentPoolProfiles: [{name: system, "
        "podSubnetID: SUBNET, podIPAllocationMode: StaticBlock}]\n"
        + _SERVICE
        % (f"{_PLS}: 'true', {_INTERNAL}: 'true'", ""),
        "networkProfile: {networkPlugin: azure}\nagentPoolProfiles: [{name: system, "
        "podSubnetID: SUBNET, podIPAllocationMode: DynamicIndividual}]\n"
        + _SERVICE
        % (f"{_PLS}: 'true', {_INTERNAL}: 'true'", ""),
    ),
    Validity(
        "AKSV054",
        "two-filters-on-a-service",
        Kind.INVALID,
        "`loadBalancerSourceRanges` does not go with the annotations that allow ranges "
        "or tags",
        "say everything in one of them",
        "kubernetes-sigs/cloud-provider-azure, accesscontrol.go; AKS docs, "
        "configure-load-balancer-standard",
        _two_filters,
        _PLAIN
        + _SERVICE
        % (
            f"{_RANGES}: 203.0.113.0/24",
            ", loadBalancerSourceRanges: [198.51.100.0/24]",
        ),
        _PLAIN + _SERVICE % ("", ", loadBalancerSourceRanges: [198.51.100.0/24]"),
    ),
    Validity(
        "AKSV156",
        "policy-beyond-features",
        Kind.INVALID,
        "policies with DNS names need the security of advanced networking, and those "
        "with HTTP its level `L7`; without, they block or are refused",
        "set `advancedNetworkPolicies` to `FQDN` or `L7`",
        "AKS docs, how-to-apply-fqdn-filtering-policies, how-to-apply-l7-policies",
        _beyond_features,
        _CILIUM % ("cilium", "{enabled: false}") + _NAMES,
        _CILIUM % ("cilium", "{enabled: true, security: {enabled: true}}") + _NAMES,
    ),
    Validity(
        "AKSV057",
        "requests-in-a-cluster-wide-policy",
        Kind.INVALID,
        "a CiliumClusterwideNetworkPolicy cannot judge requests on AKS",
        "write a CiliumNetworkPolicy in each namespace",
        "AKS docs, container-network-security-l7-policy-concepts",
        _requests_everywhere,
        _CILIUM % ("cilium", "{enabled: true}") + _WIDE % "{http: [{method: GET}]}",
        _CILIUM % ("cilium", "{enabled: true}") + _WIDE % "{}",
    ),
)
