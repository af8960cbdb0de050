"""Asks every rule of validity about every cluster of an input."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from seawall.audit.finding import Confidence, Finding
from seawall.audit.validity.calendar import ended, left_open
from seawall.audit.validity.rule import Claim, Validity
from seawall.audit.validity.rules import RULES
from seawall.audit.validity.site import Site
from seawall.query.case import Case


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that could not be decided.

    Attributes:
        code: The rule.
        cluster: The cluster that it was asked about.
        missing: What would decide it.
    """

    code: str
    cluster: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether AKS would take what was read.

    Attributes:
        day: The day by which retirements are judged.
        findings: What is not valid, has ended or will, the worst first.
        open: Rules that could not be decided, by code.
        asked: How many rules were asked.
        judged: How many clusters.
    """

    day: date
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    asked: int
    judged: int


def judge(case: Case, day: date) -> Judgement:
    """Return what AKS would refuse of the clusters of an input, and what ends."""
    snapshot = case.snapshot
    chosen = (snapshot.cluster,) if snapshot.cluster is not None else ()
    findings: list[Finding] = []
    undecided: list[Open] = []
    clusters = (*chosen, *snapshot.other_clusters)
    for cluster in clusters:
        site = Site(case, cluster)
        for rule in RULES:
            found, lacking = _asked(rule, site)
            findings += found
            if lacking and not found:
                undecided.append(Open(rule.code, cluster.name, lacking))
        findings += ended(site, day)
        for code, missing in left_open(site):
            undecided.append(Open(code, cluster.name, missing))
    findings = list(dict.fromkeys(findings))
    return Judgement(
        day,
        tuple(sorted(findings, key=_order)),
        tuple(_joined(undecided)),
        len(RULES),
        len(clusters),
    )


def _asked(rule: Validity, site: Site) -> tuple[list[Finding], tuple[str, ...]]:
    found: list[Finding] = []
    lacking: dict[str, None] = {}
    for claim in rule.ask(site):
        if claim.term.truth:
            found.append(_finding(rule, site, claim))
        elif claim.term.truth is None:
            lacking.update(dict.fromkeys(claim.term.missing))
    return found, tuple(lacking)


def _finding(rule: Validity, site: Site, claim: Claim) -> Finding:
    name = site.cluster.name
    where = f"`{claim.of}`: " if claim.of else ""
    says = f"; here {claim.says}" if claim.says else ""
    return Finding(
        rule.code,
        rule.name,
        rule.kind.severity,
        Confidence.PROVED,
        f"{name}/{claim.of}" if claim.of else name,
        f"{where}{rule.text}{says}",
        rule.mend,
        claim.term.origin or site.cluster.origin,
    )


def _joined(undecided: list[Open]) -> Iterator[Open]:
    held: dict[tuple[str, str], dict[str, None]] = {}
    for item in undecided:
        lacking = held.setdefault((item.code, item.cluster), {})
        lacking.update(dict.fromkeys(item.missing))
    for (code, cluster), lacking in sorted(held.items()):
        yield Open(code, cluster, tuple(lacking))


def _order(item: Finding) -> tuple[int, str, str, str]:
    return -item.severity.weight, item.rule, item.subject, item.message
