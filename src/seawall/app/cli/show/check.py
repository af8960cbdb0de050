"""The isolation overview and the findings on a terminal."""

from collections.abc import Sequence

import click

from seawall.app.cli.show.control_plane import call_lines, control_plane_lines
from seawall.app.cli.show.flat_pods import flat_lines
from seawall.app.cli.show.intents import counts, judged_lines
from seawall.app.cli.show.mended import fix_lines
from seawall.app.cli.show.side_doors import side_door_lines
from seawall.app.cli.show.validity import missing_lines, open_line, validity_title
from seawall.app.cli.show.ways_in import ways_in_lines
from seawall.app.cli.show.words import (
    bold,
    dim,
    is_colored,
    opening,
    placed,
    sign,
    wrapped,
)
from seawall.audit.finding import Finding, Severity
from seawall.audit.suppress import Aside
from seawall.audit.validity.judge import Judgement
from seawall.model.dataplane import PolicyEngine
from seawall.model.trace import AccessPath, Hop, Reply, Verdict
from seawall.query.ask import decider
from seawall.query.case import Case
from seawall.query.control_plane.api_server import Entrance
from seawall.query.intents.verdict import Tested
from seawall.query.overview import Overview, PairShare
from seawall.query.platform_paths import PlatformPath
from seawall.query.services import services_of
from seawall.query.settings.answer import summary
from seawall.query.trace.parts import service_text
from seawall.query.trace.way_back import IN_PRACTICE, mends
from seawall.query.ways_in import assumptions

COLORS = {
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "white",
}
FEW_NAMES = 4
_UNHEEDED = "Nobody enforces network policies, so that everything passes."
_ENFORCED = {
    PolicyEngine.SPEC: "the API fixes",
    PolicyEngine.NPM: "Azure NPM enforces",
    PolicyEngine.CALICO: "Calico enforces",
    PolicyEngine.CILIUM: "Cilium enforces",
}


def check_text(
    case: Case,
    seen: Overview,
    found: tuple[Sequence[Finding], Judgement, Tested, Aside],
    *,
    colored: bool,
    verbose: bool,
    with_unknown: bool,
    with_fixes: bool = False,
) -> str:
    """Return the whole answer of `check` as a person reads it."""
    findings, validity, tested, aside = found
    paint = is_colored(to_terminal=colored)
    screen = _Screen(paint=paint, verbose=verbose, in_full=with_fixes)
    screen.head(seen, case.dataplane.engine)
    screen.legend()
    entrances = [screen.entrance(item) for item in seen.api_server]
    plane = seen.control_plane
    notes = control_plane_lines(plane, paint=paint) if plane else []
    screen.section("API SERVER", [*notes, *entrances])
    called = call_lines(plane.calls, paint=paint) if plane else []
    screen.section("WHAT THE API SERVER CALLS IN THE CLUSTER", called)
    doors = screen.doors(seen) if seen.cluster else []
    flat = flat_lines(seen.flat_pods, paint=paint)
    ways = ways_in_lines(seen.ways_in, paint=paint)
    screen.section("DOORS IN", [*doors, *flat, *ways])
    sides = side_door_lines(seen.side_doors, seen.standing_doors, paint=paint)
    screen.section("SIDE DOORS OF PODS", sides)
    screen.section("WAYS OUT TO THE INTERNET", screen.ways_out(seen))
    screen.section("POD TO POD, BY NETWORK POLICY", screen.share(seen.share))
    screen.section("PLATFORM SERVICES", screen.platform(seen.platform))
    screen.section("WITHOUT EFFECT", screen.items(seen.inert))
    if with_unknown:
        screen.section("NOT KNOWN", screen.items(seen.unknown))
    screen.section("TAKEN FOR GRANTED", screen.assumptions(case, seen))
    screen.validity(validity)
    screen.findings(findings, aside)
    if tested.judged:
        title = f"INTENTS  {counts(tested)}"
        shown = judged_lines(tested, paint=paint, verbose=verbose)
        screen.section(title, shown)
    return "\n".join(screen.lines)


def findings_text(
    found: tuple[Sequence[Finding], Judgement, Tested, Aside],
    *,
    colored: bool,
    verbose: bool,
    with_fixes: bool,
) -> str:
    """Return what `audit` found as a person reads it."""
    findings, validity, _tested, aside = found
    paint = is_colored(to_terminal=colored)
    screen = _Screen(paint=paint, verbose=verbose, in_full=with_fixes)
    screen.validity(validity)
    screen.findings(findings, aside)
    return "\n".join(screen.lines).lstrip("\n")


class _Screen:
    """Collects the lines of one answer."""

    def __init__(self, *, paint: bool, verbose: bool, in_full: bool) -> None:
        self.paint = paint
        self.in_full = in_full
        self.verbose = verbose
        self.lines: list[str] = []

    def head(self, seen: Overview, engine: PolicyEngine) -> None:
        """Add the cluster and its settings, or who is taken to enforce policies."""
        if seen.cluster is None:
            self.lines.append(bold("No cluster in the input", colored=self.paint))
            by = _ENFORCED.get(engine)
            says = f"Only network policies are judged, as {by} them."
            self.lines.append(wrapped(says if by else _UNHEEDED, 0))
            return
        self.lines.append(bold(seen.cluster, colored=self.paint))
        for fact in seen.facts:
            how = "" if fact.how == "stated" else f" ({fact.how})"
            place = fact.origin if fact.how == "stated" else None
            text = f"  {fact.name:<20} " + wrapped(f"{fact.value}{how}", 23, 23)
            self.lines.append(placed(text, place, 23, colored=self.paint))
        known = f"{summary(seen.known)} (seawall explain-input)"
        self.lines.append(f"  {'settings':<20} " + wrapped(known, 23, 23))

    def legend(self) -> None:
        """Add what the marks mean, below the first line."""
        legend = (
            f"{opening(Verdict.ALLOWED, colored=self.paint)} open   "
            f"{opening(Verdict.DENIED, colored=self.paint)} closed   "
            f"{opening(Verdict.UNKNOWN, colored=self.paint)} not known"
        )
        self.lines.insert(1, f"  {legend}")

    def section(self, title: str, lines: Sequence[str]) -> None:
        """Add a titled block; nothing if it has no lines."""
        if lines:
            self.lines += ["", bold(title, colored=self.paint), *lines]

    def entrance(self, item: Entrance) -> str:
        """Return who can or cannot reach something."""
        mark = opening(item.verdict, colored=self.paint)
        lost = f", {IN_PRACTICE}: reply lost" if item.reply is Reply.LOST else ""
        words = {
            Verdict.ALLOWED: f"can reach it{lost}",
            Verdict.DENIED: "cannot",
            Verdict.UNKNOWN: "not known",
        }[item.verdict]
        text = f"  {mark} " + wrapped(f"{item.who}: {words}. {item.reason}", 4, 4)
        return placed(text, item.origin, 4, colored=self.paint)

    def doors(self, seen: Overview) -> list[str]:
        """Return every way in."""
        if not seen.doors:
            return [f"  {opening(Verdict.DENIED, colored=self.paint)} none"]
        out = []
        for door in seen.doors:
            mark = opening(door.verdict, colored=self.paint)
            services = "; ".join(service_text(s) for s in services_of(door.flows))
            lost = ""
            if door.reply is Reply.LOST:
                lost = f"; {IN_PRACTICE}, the reply is lost"
            why = _stopped(door.forward)
            text = f"{door.source} -> {door.target}  {services or 'nothing'}{lost}{why}"
            out.append(f"  {mark} " + wrapped(text, 4, 4))
            through = dim(f"through {door.name}", colored=self.paint)
            out.append(placed(" " * 6 + through, door.origin, 8, colored=self.paint))
            found = mends(door.verdict, door.reply, door.source)
            out += ["      mend: " + wrapped(text, 12, 12) for text in found]
        return out

    def ways_out(self, seen: Overview) -> list[str]:
        """Return every way from pods to the internet."""
        out = []
        for way in seen.ways_out:
            mark = opening(way.verdict, colored=self.paint)
            text = f"{_names(way.workloads)}: {way.destinations}"
            through = f" through {way.through}" if way.through else ""
            out.append(f"  {mark} " + wrapped(text + through, 4, 4))
        return out

    def share(self, share: PairShare) -> list[str]:
        """Return how much of the pod network is open."""
        if not share.workloads:
            return ["  no workloads in the input"]
        percent = 100 * share.open / share.pairs if share.pairs else 0.0
        beside = f"; {share.beside_tcp}" if share.beside_tcp else ""
        counted = (
            f"{share.open} of {share.pairs} ordered pairs of {share.workloads} "
            f"workloads are open ({percent:.0f} %{beside}), {share.closed} closed, "
            f"{share.unknown} not known"
        )
        lines = ["  " + wrapped(counted, 2, 2)]
        for what, names in (
            ("ingress", share.open_ingress),
            ("egress", share.open_egress),
        ):
            if names:
                text = f"{len(names)} not isolated for {what}: {_names(names)}"
                lines.append("  ! " + wrapped(text, 4, 4))
        return lines

    def platform(self, paths: Sequence[PlatformPath]) -> list[str]:
        """Return how platform services are reached, names alike in one line."""
        groups: dict[tuple[str, AccessPath, str, Verdict, str], list[str]] = {}
        for path in paths:
            pools = f" from {_names(path.pools)}" if path.pools else ""
            key = (path.resource, path.access, pools, path.verdict, path.reason)
            groups.setdefault(key, []).append(path.name)
        lines = []
        for (_, way, where, verdict, reason), names in groups.items():
            how = {
                AccessPath.PRIVATE: "private path",
                AccessPath.PUBLIC: "public path",
                AccessPath.SERVICE_ENDPOINT: "over a service endpoint",
                AccessPath.UNRESOLVED: "does not resolve",
            }.get(way, "on a path that is not known") + where
            more = f" and {len(names) - 1} more of its names" if len(names) > 1 else ""
            said = f"{how}, {verdict.value}. {reason}"
            if way is AccessPath.UNKNOWN and verdict is Verdict.UNKNOWN:
                said = f"how it is reached{where} is not known: {reason}"
            text = f"{names[0]}{more}: {said}"
            mark = opening(verdict, colored=self.paint)
            lines.append(f"  {mark} " + wrapped(text, 4, 4))
        return lines

    def items(self, sentences: Sequence[str]) -> list[str]:
        """Return sentences as a list, the first of many."""
        most = len(sentences) if self.verbose else 12
        lines = ["  - " + wrapped(text, 4, 4) for text in sentences[:most]]
        if len(sentences) > most:
            lines.append(f"    and {len(sentences) - most} more: --verbose or -o json")
        return lines

    def assumptions(self, case: Case, seen: Overview) -> list[str]:
        """Return what was taken for granted."""
        edge = assumptions(seen.ways_in)
        made = (*case.snapshot.assumptions, *case.assumptions, *edge)
        held = {item.id: item for item in made}
        return ["  - " + wrapped(held[key].text, 4, 4) for key in sorted(held)]

    def validity(self, found: Judgement) -> None:
        """Add what AKS would not take, or ends."""
        if not found.findings and not found.open and not found.judged:
            return
        self.lines += ["", bold(validity_title(found), colored=self.paint)]
        for finding in found.findings:
            self.lines += self._finding(finding)
        left = open_line(found)
        if left and self.verbose:
            self.lines.append("  " + wrapped(f"? {left}", 4, 2))
            for text in missing_lines(found):
                self.lines.append("      " + wrapped(text, 8, 6))
        elif left:
            self.lines.append("  " + wrapped(f"? {left} (--verbose)", 4, 2))

    def findings(self, findings: Sequence[Finding], aside: Aside) -> None:
        """Add the findings, the worst first."""
        counts = [
            f"{sum(f.severity is severity for f in findings)} {severity.value}"
            for severity in reversed(Severity)
            if any(f.severity is severity for f in findings)
        ]
        title = f"FINDINGS: {', '.join(counts)}" if counts else "FINDINGS: none"
        self.lines += ["", bold(title + _left_out(aside), colored=self.paint)]
        for finding in findings:
            self.lines += self._finding(finding)
        if not self.in_full and _may_be_mended(findings):
            self.lines.append(
                "  --fix looks for changes that mend these, and proves them"
            )

    def _finding(self, finding: Finding) -> list[str]:
        word = finding.severity.value.upper()
        if self.paint:
            word = click.style(word, fg=COLORS[finding.severity], bold=True)
        sure = "" if finding.confidence.value == "proved" else finding.confidence.value
        head = f"  {word}  {finding.rule} {finding.name}" + (
            f"  ({sure})" if sure else ""
        )
        place = str(finding.origin) if finding.origin else finding.subject
        lines = [
            placed(bold(head, colored=self.paint), place, 8, colored=self.paint),
            "        " + wrapped(finding.message, 8, 8),
            "        " + wrapped(f"mend: {finding.mend}", 14, 8),
        ]
        if finding.fix is not None:
            lines += fix_lines(finding.fix, in_full=self.in_full)
        if self.verbose:
            lines += [self._hop(hop) for hop in finding.evidence]
        return lines

    def _hop(self, hop: Hop) -> str:
        mark = sign(hop.verdict, colored=self.paint)
        return f"          {mark} " + wrapped(
            f"{hop.layer.value} at {hop.at}: {hop.says}", 12, 12
        )


def _left_out(aside: Aside) -> str:
    """Return how many findings are not told of, and why, in brackets."""
    count = len(aside.suppressed)
    parts = [f"{count} suppressed"] if count else []
    if aside.known:
        parts.append(f"{aside.known} in the baseline")
    if aside.gone:
        parts.append(f"{aside.gone} of the baseline found no more")
    return f" ({', '.join(parts)})" if parts else ""


def _stopped(hops: Sequence[Hop]) -> str:
    """Return what keeps a packet from arriving, or may, as a sentence behind it."""
    hop = decider(hops)
    return f". {hop.layer.value}: {hop.says}" if hop else ""


def _names(names: Sequence[str]) -> str:
    if len(names) <= FEW_NAMES:
        return ", ".join(names)
    shown = ", ".join(names[:FEW_NAMES])
    return f"{len(names)} workloads ({shown}, …)"


def _may_be_mended(findings: Sequence[Finding]) -> bool:
    """Whether a rule that proposes changes found something."""
    from seawall.audit.discover import all_rules

    able = {rule.code for rule in all_rules() if rule.mends}
    return any(finding.rule in able for finding in findings)
