"""What many say of options, and what the documentation says."""

from seawall.design.choose.answer import Folklore
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Dataplane,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PublicName,
    RunCommand,
)

FOLKLORE = (
    Folklore(
        PolicyEngine.AZURE,
        "Azure NPM polices ingress only, and egress needs Calico",
        "each engine enforces ingress and egress; of NPM only ingress through load "
        "balancers and node ports whose traffic policy is `Cluster` is not enforced",
        "AKS docs, use-network-policies, migrate-from-npm-to-cilium-network-policy",
    ),
    Folklore(
        PolicyEngine.CALICO,
        "with Calico its own policies can be used",
        "only standard NetworkPolicies are tested and supported; Calico's own kinds "
        "are not blocked, and not supported",
        "AKS docs, use-network-policies",
    ),
    Folklore(
        PolicyEngine.NONE,
        "the API server would refuse policies that nobody enforces",
        "they are stored and ignored",
        "AKS docs, use-network-policies",
    ),
    Folklore(
        Addressing.OVERLAY,
        "a firewall or security group can be written for pods of an overlay",
        "the node puts its own address in the pod's place before any of them, so that "
        "they tell node pools apart and never pods",
        "AKS docs, concepts-network-azure-cni-overlay",
    ),
    Folklore(
        Addressing.NODE_SUBNET,
        "with addresses of the network pods keep them everywhere",
        "with node subnets they are kept in the network only; outside it the node's "
        "address is seen. Subnets of pods keep them",
        "AKS docs, concepts-network-cni-overview",
    ),
    Folklore(
        Dataplane.CILIUM,
        "an `ipBlock` of the pods' range matches pods",
        "with Cilium it matches neither pods nor nodes, not even 0.0.0.0/0",
        "AKS docs, azure-cni-powered-by-cilium",
    ),
    Folklore(
        PublicName.ON,
        "the public name of a private cluster exposes it",
        "it is an entry of DNS that resolves to the private address; it tells the "
        "address and opens nothing",
        "AKS docs, private-clusters",
    ),
    Folklore(
        ApiServer.PRIVATE_LINK,
        "authorized ranges guard a private cluster",
        "they apply to the public address, which a private cluster does not have",
        "AKS docs, api-server-authorized-ip-ranges",
    ),
    Folklore(
        AuthorizedRanges.STATED,
        "authorized ranges keep everybody else out",
        "run command and trusted access go past them, through Azure",
        "AKS docs, access-private-cluster, trusted-access-feature",
    ),
    Folklore(
        RunCommand.ON,
        "a private cluster is reached from its networks only",
        "run command needs a right in Azure and no network",
        "AKS docs, access-private-cluster",
    ),
    Folklore(
        OutboundType.USER_DEFINED_ROUTING,
        "the outbound type decides whether clients come in",
        "it is about packets that leave; load balancers for clients are made as before",
        "AKS docs, egress-outboundtype",
    ),
    Folklore(
        OutboundType.NONE,
        "`none` blocks the internet",
        "AKS sets nothing up; in a network of one's own a route or public address "
        "still leads out unless it is denied",
        "AKS docs, concepts-network-isolated",
    ),
    Folklore(
        PaasAccess.SERVICE_ENDPOINT,
        "a service endpoint gives the service a private address",
        "the public address stays, and the service lets the subnet in",
        "Azure docs, virtual-network-service-endpoints-overview",
    ),
)
