"""The policy that isolates the pods of a namespace for what comes in."""

from seawall.model.snapshot import Snapshot
from seawall.query.fix.naming import free_name
from seawall.query.fix.policy_change import PolicyChange


def deny_all(snapshot: Snapshot, namespace: str) -> PolicyChange | None:
    """Return the policy after which pods get what other policies admit alone.

    Source: Kubernetes docs, Network Policies, "Default deny all ingress traffic".
    """
    taken = {
        policy.name
        for policy in snapshot.objects.policies
        if policy.namespace == namespace
    }
    name = free_name("default-deny-ingress", taken)
    return PolicyChange.of(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
        },
        f"isolates every pod of {namespace} for what comes in",
    )
