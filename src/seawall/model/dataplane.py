"""What each policy engine makes of the same policy object, as data.

The flags say where engines differ. The engine and the reference each act on them in
their own way.
"""

from dataclasses import dataclass, field
from enum import Enum


class PolicyEngine(Enum):
    """Who enforces network policies."""

    SPEC = "spec"
    """Nobody in particular: only what the API itself fixes; the rest is unknown."""
    NONE = "none"
    """Nobody at all: policies are stored and have no effect."""
    NPM = "npm"
    CALICO = "calico"
    CILIUM = "cilium"


class Language(Enum):
    """Who defines what a policy says, beside NetworkPolicy; the value is for people."""

    ADMIN = "AdminNetworkPolicy"
    """AdminNetworkPolicy and BaselineAdminNetworkPolicy, v1alpha1."""
    CLUSTER = "ClusterNetworkPolicy"
    """policy.networking.k8s.io v1alpha2."""
    CALICO = "Calico policy"
    CILIUM = "Cilium policy"
    ISTIO = "Istio policy"
    MESH = "policy of a service mesh"
    """Linkerd's, Kuma's and others', of which only whom they may close is known."""

    @property
    def of_mesh(self) -> bool:
        """Whether proxies heed it, beside what the network does."""
        return self in (Language.ISTIO, Language.MESH)


class Feature(Enum):
    """What a policy may need that not every dataplane has; the value is for people."""

    NAMES = "domain names"
    """Names in DNS: which are asked for, and which addresses they stand for."""
    REQUESTS = "requests"
    """What goes over a connection, such as HTTP."""


class Tri(Enum):
    """Yes, no, or not fixed by any source."""

    YES = "yes"
    NO = "no"
    UNDEFINED = "undefined"


class WindowsSupport(Enum):
    """What becomes of NetworkPolicies on Windows nodes."""

    WHOLE = "enforced like on Linux"
    GAPS = "refused where they use what the engine has no words for there"
    """Port names, SCTP, exceptions, and negative terms: such a policy has no effect
    on the node, while nodes at the far end may enforce it."""
    NONE = "there are no such nodes"


@dataclass(frozen=True, slots=True)
class Dataplane:
    """How one policy engine, in one version, treats what the API leaves open.

    Attributes:
        engine: Which engine.
        enforces: Whether policies have any effect; UNDEFINED when it is not known, so
            that what a policy would deny is unknown.
        block_matches_pods: Whether an ipBlock matches the address of a pod.
        block_matches_nodes: Whether an ipBlock matches the address of a node (and so
            of a pod on the host network), other than the pod's own node.
        own_node_egress: Whether a pod that is isolated for egress may still open
            connections to the node that it runs on.
        enforces_ipv6: Whether IPv6 traffic is policed.
        ipv6_block_voids_policy: Whether one IPv6 ipBlock makes the engine skip the
            whole policy, which leaves its pods as if it did not exist.
        honours_end_port: Whether `endPort` is applied; if not, only the first port is.
        carries_sctp: Whether SCTP packets are carried at all.
        named_port_conflicts: Whether one port name that stands for different numbers
            on different pods is resolved per pod (YES) or not reliably (UNDEFINED).
        negative_namespaces_match_outside: Whether a peer whose namespace selector has
            only negative terms may also match addresses that are not pods.
        multi_value_not_in_excludes: Whether a namespace selector `NotIn` with several
            values excludes each of them.
        polices_cluster_traffic_policy: Whether ingress rules hold for load balancer
            and node port traffic under `externalTrafficPolicy: Cluster`.
        enforces_admin_policies: Whether AdminNetworkPolicy and
            BaselineAdminNetworkPolicy have any effect. UNDEFINED, as for each language
            below, makes what such a policy might change unknown.
        enforces_cluster_policies: Whether ClusterNetworkPolicy has.
        enforces_calico_policies: Whether the kinds of Calico have.
        enforces_cilium_policies: Whether the kinds of Cilium have.
        filters_names: Whether it has `Feature.NAMES`. Where it does not surely have
            what a policy needs, it is not fixed whether that is in force at all.
        filters_requests: Whether it has `Feature.REQUESTS`.
        polices_hairpin: Whether policies hold for what a pod sends to itself through
            its own Service.
        overlooks_labels: Whether NetworkPolicies do not see the labels that
            `model.identity_label` names, as if no pod or namespace had them.
        windows: What becomes of NetworkPolicies on Windows nodes.
        ties_by_name: Whether cluster-wide policies of equal priority go by name; if
            not, no order among them is fixed.
        why_unknown: Why it is not known whether policies have any effect, as a
            clause; empty if it is, or where nobody says.
    """

    engine: PolicyEngine
    enforces: Tri = Tri.YES
    block_matches_pods: Tri = Tri.YES
    block_matches_nodes: Tri = Tri.YES
    own_node_egress: Tri = Tri.NO
    enforces_ipv6: Tri = Tri.YES
    ipv6_block_voids_policy: bool = False
    honours_end_port: Tri = Tri.YES
    carries_sctp: Tri = Tri.YES
    named_port_conflicts: Tri = Tri.YES
    negative_namespaces_match_outside: Tri = Tri.NO
    multi_value_not_in_excludes: Tri = Tri.YES
    polices_cluster_traffic_policy: Tri = Tri.YES
    enforces_admin_policies: Tri = Tri.NO
    enforces_cluster_policies: Tri = Tri.NO
    enforces_calico_policies: Tri = Tri.NO
    enforces_cilium_policies: Tri = Tri.NO
    filters_names: Tri = Tri.YES
    filters_requests: Tri = Tri.YES
    ties_by_name: bool = False
    polices_hairpin: Tri = Tri.YES
    overlooks_labels: Tri = Tri.NO
    windows: WindowsSupport = WindowsSupport.WHOLE
    why_unknown: str = field(default="", compare=False)

    def enforcement(self, language: Language) -> Tri:
        """Return whether policies of a language have any effect.

        A mesh enforces its own, whatever the engine.
        """
        return {
            Language.ADMIN: self.enforces_admin_policies,
            Language.CLUSTER: self.enforces_cluster_policies,
            Language.CALICO: self.enforces_calico_policies,
            Language.CILIUM: self.enforces_cilium_policies,
            Language.ISTIO: Tri.YES,
            Language.MESH: Tri.YES,
        }[language]

    def offers(self, needs: frozenset[Feature]) -> Tri:
        """Return whether it has all that a policy or rule needs."""
        found = {
            Feature.NAMES: self.filters_names,
            Feature.REQUESTS: self.filters_requests,
        }
        has = {found[feature] for feature in needs}
        if Tri.NO in has:
            return Tri.NO
        return Tri.UNDEFINED if Tri.UNDEFINED in has else Tri.YES


SPEC = Dataplane(
    PolicyEngine.SPEC,
    block_matches_pods=Tri.UNDEFINED,
    block_matches_nodes=Tri.UNDEFINED,
    own_node_egress=Tri.UNDEFINED,
    polices_cluster_traffic_policy=Tri.UNDEFINED,
    polices_hairpin=Tri.UNDEFINED,
    enforces_admin_policies=Tri.YES,
    enforces_cluster_policies=Tri.YES,
    enforces_calico_policies=Tri.UNDEFINED,
    enforces_cilium_policies=Tri.UNDEFINED,
)
"""What the APIs of Kubernetes say, and of no engine in particular.

Source: Kubernetes, networking/v1 types.go and concepts, "Network Policies";
kubernetes-sigs/network-policy-api apis, commit 0eec1b0e.
"""

NONE = Dataplane(PolicyEngine.NONE, enforces=Tri.NO)
"""Source: AKS docs, use-network-policies, read 2026-08-21."""

NPM = Dataplane(
    PolicyEngine.NPM,
    own_node_egress=Tri.YES,
    enforces_ipv6=Tri.NO,
    ipv6_block_voids_policy=True,
    negative_namespaces_match_outside=Tri.UNDEFINED,
    multi_value_not_in_excludes=Tri.UNDEFINED,
    polices_cluster_traffic_policy=Tri.NO,
    polices_hairpin=Tri.NO,
    windows=WindowsSupport.GAPS,
)
"""Azure NPM. The two undefined selector flags depend on whether the image was
built before or after the fixes of September 2026.

Source: Azure/azure-container-networking npm/, commit cbd7560; pull requests 4866 and
4868; AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
"""

CALICO = Dataplane(
    PolicyEngine.CALICO,
    enforces_admin_policies=Tri.YES,
    enforces_calico_policies=Tri.YES,
    ties_by_name=True,
)
"""Calico as AKS runs it, 3.29 to 3.31; it reads ClusterNetworkPolicy from 3.32 on.

Source: projectcalico/calico felix/rules and felix/calc, commit 87c15906;
kubernetes-sigs/network-policy-api site, implementations.
"""

CILIUM = Dataplane(
    PolicyEngine.CILIUM,
    block_matches_pods=Tri.NO,
    block_matches_nodes=Tri.NO,
    carries_sctp=Tri.NO,
    named_port_conflicts=Tri.UNDEFINED,
    negative_namespaces_match_outside=Tri.UNDEFINED,
    enforces_cilium_policies=Tri.YES,
    polices_hairpin=Tri.NO,
    overlooks_labels=Tri.YES,
    windows=WindowsSupport.NONE,
    filters_names=Tri.UNDEFINED,
    filters_requests=Tri.UNDEFINED,
)
"""Cilium as AKS configures it, 1.17 or newer. Whether it knows names and requests
depends on Advanced Container Networking Services.

Source: AKS docs, azure-cni-powered-by-cilium,
container-network-security-fqdn-filtering-concepts and
migrate-from-npm-to-cilium-network-policy, read 2026-08-21; cilium issues 30003, 46949;
docs.cilium.io configuration/sctp.
"""

DATAPLANES = {
    PolicyEngine.SPEC: SPEC,
    PolicyEngine.NONE: NONE,
    PolicyEngine.NPM: NPM,
    PolicyEngine.CALICO: CALICO,
    PolicyEngine.CILIUM: CILIUM,
}
