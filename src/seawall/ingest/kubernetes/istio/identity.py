"""Which pods a pattern over identities of the mesh means, by namespace and account."""

from collections.abc import Iterable

from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Perhaps,
)

TRUST_DOMAIN = "cluster.local"
NOBODY: AnyOf[Labels] = AnyOf(())
_PARTS = 5
_DOMAIN = "the mesh may have another trust domain than `cluster.local`"
_SPANS = "the proxy matches this pattern over more than the namespace"


def of_principal(pattern: str) -> Labels:
    """Return which pods have an identity that *pattern* matches.

    An identity is `DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. A `*` counts only as the whole of a
    pattern, or as its first or last character.

    Source:
        istio.io, reference, Authorization Policy, Rule and `principals`;
        istio/istio pilot/pkg/security/authz/model/generator.go, srcPrincipalGenerator.
    """
    if pattern == "*":
        return ANYTHING
    if pattern.startswith("*"):
        return _ending(pattern[1:].split("/"))
    if pattern.endswith("*"):
        return _starting(pattern[:-1].split("/"))
    parts = pattern.split("/")
    if len(parts) != _PARTS or (parts[1], parts[3]) != ("ns", "sa"):
        return NOBODY
    return _all(_domain(parts[0]), _namespace(parts[2]), _account(parts[4]))


def of_namespace(pattern: str) -> Labels:
    """Return which pods are in a namespace that *pattern* matches.

    Source:
        istio.io, reference, Authorization Policy, `namespaces`; istio/istio
        pilot/pkg/security/authz/model/generator.go, srcNamespaceGenerator: an
        expression over the whole identity, in which `*` may span its parts.
    """
    first, star, rest = pattern.partition("*")
    if not star:
        return _namespace(pattern)
    if "*" in rest or (first and rest):
        within = _test(Facet.NAMESPACE_NAME, Comparison.STARTS_WITH, first)
        return Perhaps(within if first else ANYTHING, _SPANS)
    if first:
        return _test(Facet.NAMESPACE_NAME, Comparison.STARTS_WITH, first)
    if rest and "sa".endswith(rest):
        return Perhaps(ANYTHING, _SPANS)
    return _test(Facet.NAMESPACE_NAME, Comparison.ENDS_WITH, rest) if rest else ANYTHING


def of_account(written: str, namespace: str) -> Labels:
    """Return which pods run as an account, written `NAMESPACE/NAME` or `NAME`.

    Source:
        istio.io, reference, Authorization Policy, `serviceAccounts`: without a
        namespace, that of the policy.
    """
    place, slash, name = written.rpartition("/")
    return _all(_namespace(place if slash else namespace), _account(name))


def _starting(parts: list[str]) -> Labels:
    if len(parts) > _PARTS:
        return NOBODY
    *whole, last = parts
    found: list[Labels] = []
    for at, part in enumerate(whole):
        found.append(_part(at, part))
    at = len(whole)
    word = {1: "ns", 3: "sa"}.get(at)
    if word is not None:
        found.append(ANYTHING if word.startswith(last) else NOBODY)
    elif at == 0:
        found.append(
            ANYTHING if TRUST_DOMAIN.startswith(last) else Perhaps(ANYTHING, _DOMAIN)
        )
    elif last:
        found.append(_test(_FACETS[at], Comparison.STARTS_WITH, last))
    return _all(*found)


def _ending(parts: list[str]) -> Labels:
    if len(parts) > _PARTS:
        # The identity as the proxy sees it starts with `spiffe://`.
        parts = parts[-_PARTS:] if parts[:-_PARTS] in ([""], ["", ""]) else []
    if not parts:
        return NOBODY
    first, *whole = parts
    start = _PARTS - len(parts)
    found = [_part(start + 1 + at, part) for at, part in enumerate(whole)]
    word = {1: "ns", 3: "sa"}.get(start)
    if word is not None:
        found.append(ANYTHING if word.endswith(first) else NOBODY)
    elif start == 0:
        known = TRUST_DOMAIN.endswith(first)
        found.append(ANYTHING if known else Perhaps(ANYTHING, _DOMAIN))
    elif first:
        found.append(_test(_FACETS[start], Comparison.ENDS_WITH, first))
    return _all(*found)


_FACETS = {2: Facet.NAMESPACE_NAME, 4: Facet.ACCOUNT_NAME}


def _part(at: int, text: str) -> Labels:
    if at == 0:
        return _domain(text)
    if at in _FACETS:
        return _test(_FACETS[at], Comparison.IN, text)
    return ANYTHING if text == {1: "ns", 3: "sa"}[at] else NOBODY


def _domain(text: str) -> Labels:
    return ANYTHING if text == TRUST_DOMAIN else Perhaps(ANYTHING, _DOMAIN)


def _namespace(name: str) -> Labels:
    return _test(Facet.NAMESPACE_NAME, Comparison.IN, name)


def _account(name: str) -> Labels:
    return _test(Facet.ACCOUNT_NAME, Comparison.IN, name)


def _test(facet: Facet, comparison: Comparison, value: str) -> LabelTest:
    return LabelTest(facet, "", comparison, frozenset((value,)))


def _all(*items: Labels) -> Labels:
    kept: Iterable[Labels] = [item for item in items if item != ANYTHING]
    found = tuple(kept)
    return found[0] if len(found) == 1 else AllOf(found)
