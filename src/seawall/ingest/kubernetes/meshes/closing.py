"""What a mesh that is not modelled may do: close what the network leaves open."""

from collections.abc import Iterable, Mapping

from seawall.ingest.kubernetes.terms.condition import condition, every
from seawall.model.dataplane import Language
from seawall.model.ends import (
    EVERYONE,
    Comparison,
    Ends,
    Facet,
    Labels,
    LabelTest,
)
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.ranked import (
    Action,
    RankedPolicy,
    RankedRule,
    ServiceMatch,
    Tier,
    WholeProtocol,
)
from seawall.model.selector import Operator, Requirement, Selector

INGRESS = frozenset({Direction.INGRESS})
EGRESS = frozenset({Direction.EGRESS})
TCP: tuple[ServiceMatch, ...] = (WholeProtocol(Protocol.TCP),)
"""What proxies see: docs of Linkerd, Consul and Kuma alike lead TCP alone to them."""
NOT_MODELLED = "it is in a language that is not modelled"
_TIER = Tier(-1.0, "mesh")


def closing(  # noqa: PLR0913
    kind: str,
    namespace: str | None,
    name: str,
    subject: Labels,
    origin: Origin,
    *,
    why: str = NOT_MODELLED,
    services: tuple[ServiceMatch, ...] | None = TCP,
    ways: frozenset[Direction] = INGRESS,
    far: Ends = EVERYONE,
) -> RankedPolicy:
    """Return a policy that may deny any connection that it governs, and opens none.

    Args:
        kind: Its kind, with the name of the mesh before it.
        namespace: Its namespace; None if it has none or that is not known.
        name: Its name.
        subject: The pods that it governs at most.
        origin: Where it stands.
        why: Why it is not known what it denies, as a clause.
        services: What it may deny; None is everything.
        ways: The directions in which it may.
        far: With whom it may deny pods to talk.
    """
    rules = (RankedRule(Action.DENY, far, origin, services=services, condition=why),)
    return RankedPolicy(
        kind,
        Language.MESH,
        namespace,
        name,
        subject,
        _TIER,
        0.0,
        f"{kind} {namespace or ''}/{name}",
        ways,
        frozenset(),
        rules if Direction.INGRESS in ways else (),
        rules if Direction.EGRESS in ways else (),
        origin,
    )


def within(namespace: str | None, selector: Selector | None = None) -> Labels:
    """Return the condition that pods are in a namespace, and selected there.

    Args:
        namespace: The namespace; None is any.
        selector: Which of its pods; None is all.
    """
    parts: list[Labels] = []
    if namespace is not None:
        parts.append(is_in(Facet.NAMESPACE_NAME, {namespace}))
    if selector is not None:
        parts.append(condition(selector, Facet.LABELS))
    return every(*parts)


def carrying(labels: Mapping[str, str]) -> Selector:
    """Return what selects pods that carry some labels."""
    return Selector(
        tuple(
            Requirement(key, Operator.IN, frozenset({value}))
            for key, value in sorted(labels.items())
        )
    )


def is_in(facet: Facet, values: Iterable[str], key: str = "") -> LabelTest:
    """Return the condition that a facet, or a label, has one of some values."""
    return LabelTest(facet, key, Comparison.IN, frozenset(values))
