"""Patterns of isolation that are no rule of the audit, and where they are told."""

TOLD_ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    (
        "nodes that auto-provisioning makes stand in other subnets (`AKSNodeClass`)",
        "it is part of the verdicts: such a subnet is a pool like others",
        "AKS201, AKSV040 and AKSV121 judge it; `check` names it `nodeclass-…`",
    ),
    (
        "rules of a firewall or a group tell tenants apart whose pools share a subnet",
        "the network sees nodes, each with any address of their subnet",
        "AKS601 for rules by addresses of pods; an intent for each tenant (`forbid`)",
    ),
    (
        "networks that nobody expects reach or resolve a private API server",
        "which networks are expected no input says",
        "`check`, API SERVER, lists who reaches it; an intent forbids the others",
    ),
    (
        "nodes come to a public API server from outside their network",
        "each public cluster without VNet integration is made so",
        "`check`, API SERVER; AKS101 and AKS104 tell what may follow",
    ),
    (
        "two clusters of one network have the same range of pods, and rules name it",
        "nobody outside a cluster with an overlay sends to its pods or sees them",
        "AKS601 for rules beyond the cluster, AKSV122 for ranges that hide a network",
    ),
    (
        "no flow logs are kept",
        "they let nothing pass and keep nothing out",
        "`explain-input`, flow logs",
    ),
    (
        "policies are not enforced while an engine or dataplane is replaced",
        "it takes the cluster before and after",
        "`design --from` proves each moment; `diff` tells the engines of both sides",
    ),
    (
        "a ConfigMap changes which addresses pods keep (`azure-ip-masq-agent-config`)",
        "it is part of the verdicts",
        "`trace`, masquerade",
    ),
)
"""What it is, why it is no rule, and where it is told instead.

Source: AKS docs, node-auto-provisioning-networking, azure-cni-overlay,
private-cluster-connect, egress-outboundtype, concepts-network-azure-cni-overlay,
how-to-configure-container-network-logs and update-azure-cni, read 2026-11-30.
"""
