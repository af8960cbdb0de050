"""What has ended, or will: the calendar of retirements as findings.

The calendar itself is part of the catalogue of required egress, which is dated.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term
from seawall.model.origin import Origin
from seawall.query.egress.catalogue import Retirement, catalogue
from seawall.query.egress.facts import Facts
from seawall.query.egress.needs import applies

SOON = timedelta(days=365)
"""How long before its end a retirement is worth more than a note."""

_BASIC = date(2025, 9, 30)
_CODES = {
    "npm-windows": "AKSV010",
    "npm-linux": "AKSV011",
    "kubenet": "AKSV012",
    "open-service-mesh": "AKSV076",
    "application-routing-nginx": "AKSV076",
}
_NODES = "AKSV077"


def ended(site: Site, day: date) -> Iterator[Finding]:
    """Yield what a cluster uses that has ended by a day, or has its day already."""
    facts = Facts(site.snapshot, site.cluster)
    for each in catalogue().retirements:
        concerned = applies(each, facts, site.cluster, each.doubt)
        if concerned is None:
            continue
        pools, missing = concerned
        if set(missing) - {each.doubt}:
            continue
        names = [pool.name for pool in pools] if each.pools else []
        origin = pools[0].image.origin if each.pools else _place(site, each)
        by_version = _ends_by_version(each, facts)
        yield _finding(site, each, day, names, origin, by_version=by_version)
    yield from _basic(site, day)


def left_open(site: Site) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what may be used and is not known to be, with what is missing."""
    facts = Facts(site.snapshot, site.cluster)
    for each in catalogue().retirements:
        concerned = applies(each, facts, site.cluster, each.doubt)
        lacking = [] if concerned is None else list(concerned[1])
        if each.doubt in lacking:
            lacking.remove(each.doubt)
        if lacking:
            yield _CODES.get(each.id, _NODES), tuple(lacking)


def _ends_by_version(each: Retirement, facts: Facts) -> bool:
    version = facts.kubernetes
    least = each.kubernetes
    return least is not None and version is not None and version >= least


def _place(site: Site, each: Retirement) -> Origin | None:
    details = site.cluster.details
    name = {
        "kubenet": "networkProfile.networkPlugin",
        "application-routing-nginx": "ingressProfile.webAppRouting.enabled",
    }.get(each.id, "networkProfile.networkPolicy")
    return details.get(name).origin


def _finding(
    site: Site,
    each: Retirement,
    day: date,
    pools: list[str],
    origin: Origin | None,
    *,
    by_version: bool,
) -> Finding:
    over = each.day <= day or by_version
    where = f" (pools {', '.join(pools)})" if pools else ""
    when = f"ended on {each.day}" if each.day <= day else f"ends on {each.day}"
    if by_version and each.day > day and each.kubernetes:
        when = f"cannot be used from Kubernetes {each.kubernetes[0]}."
        when += f"{each.kubernetes[1]} on"
    doubt = f"; {each.doubt}" if each.doubt else ""
    return Finding(
        _CODES.get(each.id, _NODES),
        f"{each.id}-ends",
        _severity(each.day, day, over=over),
        Confidence.POSSIBLE if each.doubt else Confidence.PROVED,
        site.cluster.name,
        f"{each.what}{where} {when}: {each.effect}{doubt}",
        each.mend,
        origin,
    )


def _severity(end: date, day: date, *, over: bool) -> Severity:
    if over:
        return Severity.MEDIUM
    return Severity.LOW if end - day <= SOON else Severity.INFO


def _basic(site: Site, day: date) -> Iterator[Finding]:
    """Yield what ended with the Basic load balancer.

    Source: AKS docs, includes/basic-load-balancer-retirement and
    availability-sets-retirement, read 2026-08-21.
    """
    found: list[tuple[Term, str, str]] = [
        (
            site.detail("networkProfile.loadBalancerSku", "basic"),
            "the Basic load balancer",
            "`az aks update --load-balancer-sku standard`; it cannot be taken back",
        )
    ]
    found += [
        (
            site.pool(pool, "type", "AvailabilitySet"),
            f"the availability set of pool `{pool.name}`",
            "move to a pool of virtual machines or a scale set",
        )
        for pool in site.pools
    ]
    for term, what, mend in found:
        if term.truth:
            when = "ended" if day >= _BASIC else "ends"
            yield Finding(
                "AKSV052",
                "basic-load-balancer-ends",
                _severity(_BASIC, day, over=day >= _BASIC),
                Confidence.PROVED,
                site.cluster.name,
                f"{what} {when} on {_BASIC}: no support any more",
                mend,
                term.origin,
            )
