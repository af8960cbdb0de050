"""Application rules of a firewall: a proxy that reads names, and what comes to it.

Written from docs/semantics/path.md, W2 and W4. Network rules come first: what one of
them takes is not redirected. Everything else over TCP to a port that some application
rule has comes to the proxy, whose first rule that fits decides. A tag holds the names
of its dated catalogue.
"""

from collections.abc import Iterable, Iterator

from seawall.model.address import AddressRange, merged, prefixes_of
from seawall.model.catalogue import tag_names
from seawall.model.filter import Access
from seawall.model.firewall import ApplicationRule, Firewall, RuleCollection
from seawall.twin.classes.sites import SPOKEN
from seawall.twin.layout.filters import Terms
from seawall.twin.line import Line, Marks
from seawall.twin.plan import Admitted, Stand, StandKind

PORT = 15443
"""Where the proxy of a firewall listens."""


def proxy_of(
    marks: Marks,
    terms: Terms,
    space: str,
    firewall: Firewall,
    ordered: Iterable[RuleCollection],
) -> Stand | None:
    """Return the proxy of a firewall; None if it has no rule over names.

    Args:
        marks: Rules and gaps.
        terms: What tags and groups stand for.
        space: The space of the firewall.
        firewall: The firewall.
        ordered: Its collections of such rules, in order.
    """
    admits = tuple(
        admitted
        for item in ordered
        for rule in item.rules
        if isinstance(rule, ApplicationRule)
        for admitted in _admitted(marks, terms, (firewall, item), rule)
    )
    if not admits:
        return None
    return Stand(
        space,
        "0.0.0.0",  # noqa: S104
        PORT,
        kind=StandKind.PROXY,
        admits=admits,
        origin=f"application rules of {firewall.name}",
    )


def _admitted(
    marks: Marks,
    terms: Terms,
    holder: tuple[Firewall, RuleCollection],
    rule: ApplicationRule,
) -> Iterator[Admitted]:
    firewall, item = holder
    says = f"{firewall.name}/{item.name}/{rule.name}"
    listed = [tag_names(tag) for tag in rule.tags]
    if rule.categories or rule.urls or not all(listed):
        why = "which names a category, a URL or this tag holds is not known"
        marks.gap("application-rule", says, why, rule.origin)
    tagged = (name for names in listed for name in names if "<" not in name)
    names = (*rule.names, *tagged)
    found: list[AddressRange] = []
    for term in rule.sources:
        ranges = terms.of(term)
        if ranges is None:
            why = f"the addresses of `{term}` are not known"
            marks.gap("rule-not-shown", says, why, rule.origin)
        found.extend(ranges or ())
    sources = tuple(str(it) for it in prefixes_of(merged(found)))
    for protocol, port in rule.ports:
        if protocol.lower() not in SPOKEN:
            why = f"nobody in the twin speaks {protocol}"
            marks.gap("application-rule", says, why, rule.origin)
            continue
        speaks, _ = SPOKEN[protocol.lower()]
        if sources and names:
            yield Admitted(
                sources,
                names,
                speaks,
                (port,),
                origin=says,
                denies=item.access is Access.DENY,
            )


def redirects(proxy: Stand | None, network: Iterable[Line]) -> Iterator[str]:
    """Yield the lines that lead to the proxy what no network rule takes."""
    if proxy is None:
        return
    for line in network:
        yield " ".join((*line.matches, "accept"))
    ports = sorted({port for item in proxy.admits for port in item.ports})
    yield f"tcp dport {{ {', '.join(map(str, ports))} }} counter redirect to :{PORT}"
