"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.

Denials go before every allowance, those of NetworkPolicies included; allowances join
with these.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.cilium.cidr import read_groups
from seawall.ingest.kubernetes.cilium.enforced import Resolving, enforced
from seawall.ingest.kubernetes.cilium.peers import Around
from seawall.ingest.kubernetes.cilium.policy import Written, read_policy
from seawall.ingest.kubernetes.language import LanguagePart, Placed, Surroundings
from seawall.ingest.kubernetes.terms.tally import Tally
from seawall.model.diagnostic import Assumption, Diagnostic, Level

WITHOUT_API_SERVER = "cilium-cluster-entity-without-api-server"
"""The assumption that the entity `cluster` is pods and nodes alone."""
_POLICIES = frozenset({"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"})


def read_cilium(objects: Sequence[Placed], surroundings: Surroundings) -> LanguagePart:
    """Return what the objects of this language mean."""
    groups = read_groups(objects, partial=surroundings.partial)
    written = [
        read_policy(item, Around(item.namespace, groups, surroundings.services))
        for item in objects
        if item.record.kind in _POLICIES
    ]
    _mark_repeated(written)
    resolving = Resolving.of(written, partial=surroundings.partial)
    policies = tuple(
        policy
        for item in written
        if item.is_sound
        for policy in enforced(item, resolving)
    )
    return LanguagePart(
        policies,
        tuple(it for item in written if not item.is_sound for it in item.opaque()),
        diagnostics=(
            *groups.diagnostics,
            *(told for item in written for told in item.told()),
            *_needing(written),
        ),
        assumptions=tuple(_assumed(written)),
    )


FILTERING = "policies that filter domain names or requests"
"""How the remark on such policies begins; it is moot where the cluster filters."""


def _mark_repeated(written: Sequence[Written]) -> None:
    """Mark the objects of which another has the name; one of them is in force."""
    names = Counter((item.record.kind, item.label) for item in written)
    for item in written:
        whole = not item.record.name.endswith(("?", "*"))
        item.is_repeated = whole and names[item.record.kind, item.label] > 1


def _needing(written: Iterable[Written]) -> Iterator[Diagnostic]:
    """Yield that some policies need what Cilium on AKS has as an option.

    Source:
        AKS docs, container-network-security-fqdn-filtering-concepts and
        container-network-security-l7-policy-concepts.
    """
    tally = Tally()
    for item in written:
        if item.is_sound and item.needs:
            tally.add(item.record.kind, item.origin)
    if tally:
        yield Diagnostic(
            Level.WARNING,
            tally.first,
            f"{FILTERING}: {tally}",
            "Cilium on AKS does so with Advanced Container Networking Services alone; "
            "where these are not surely on, it is unknown whether such a policy is in "
            "force at all",
            "give the cluster beside the manifests, as `az aks show` prints it",
        )


def _assumed(written: Iterable[Written]) -> Iterator[Assumption]:
    """Yield what is taken for granted about entities.

    Source:
        cilium pkg/policy/api entity.go: `cluster` holds the API server too.
    """
    names = tuple(
        sorted(
            {
                f"{item.record.kind} {item.label}"
                for item in written
                if item.is_sound and item.means_cluster
            }
        )
    )
    if names:
        yield Assumption(
            WITHOUT_API_SERVER,
            "the entity `cluster` is taken to mean pods and nodes; the API server, "
            "which it holds too, stands outside and its address is not known",
            "cilium pkg/policy/api entity.go; docs.cilium.io, security/policy/language",
            names,
        )
