"""What a cluster must reach as Markdown, for a pull request or a wiki."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.model.trace import Hop, Verdict
from seawall.query.egress.answer import EgressAnswer, Row, places
from seawall.query.egress.beyond import Excess
from seawall.query.egress.catalogue import cloud_text
from seawall.query.egress.later import Later

_WORDS = {
    Verdict.ALLOWED: "✓ allowed",
    Verdict.DENIED: "✗ blocked",
    Verdict.UNKNOWN: "? not known",
}


def egress_md(answer: EgressAnswer, then: Later | None) -> str:
    """Return the answer as Markdown."""
    return "\n".join(_lines(answer, then))


def _lines(answer: EgressAnswer, then: Later | None) -> Iterator[str]:
    cluster, sure = answer.cluster, [row for row in answer.rows if row.is_sure]
    region = f", {cluster.region}" if cluster.region else ""
    yield f"# Required egress of `{cluster.name}`"
    yield ""
    yield (
        f"{cloud_text(answer.facts.cloud().value or '')}{region}. On {answer.day}, by "
        f"the catalogue of {answer.listed.as_of}: "
        f"{places(answer.having(Verdict.DENIED))} required and blocked, "
        f"{places(answer.having(Verdict.UNKNOWN))} not known, "
        f"{places(answer.having(Verdict.ALLOWED))} allowed, "
        f"{places(answer.perhaps)} may be required."
    )
    order = (Verdict.DENIED, Verdict.UNKNOWN, Verdict.ALLOWED)
    required = [row for verdict in order for row in sure if row.verdict is verdict]
    if then is not None:
        yield from _later(then)
    yield from _section("Required", required)
    yield from _section("May be required", answer.perhaps)
    yield from _section("Optional", answer.optional)
    yield from _beyond(answer.excess)


def _section(heading: str, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"## {heading}"
    yield ""
    yield "| | Destination | Service | From | For | Decided by |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        passage = row.passage
        hops = passage.blockers or ((passage.let_by,) if passage.let_by else ())
        decided = "; ".join(_decided(hop) for hop in hops) or passage.says
        purpose = "; ".join((row.requirement.why, *row.missing))
        yield _table_row(
            _WORDS[row.verdict],
            f"`{row.destination.text}`",
            row.requirement.service,
            ", ".join(row.senders),
            purpose,
            decided,
        )


def _beyond(items: Iterable[Excess]) -> Iterator[str]:
    yield ""
    yield "## Allowed beyond what is required"
    yield ""
    found = list(items)
    if not found:
        yield "Nothing."
        return
    yield "| Extent | Destination | Service | From | Why | Allowed by |"
    yield "|---|---|---|---|---|---|"
    for item in found:
        yield _table_row(
            item.extent.name.lower().replace("_", " "),
            item.text,
            item.services,
            ", ".join(item.senders),
            "; ".join(item.why),
            _decided(item.let_by) if item.let_by else "",
        )


def _later(then: Later) -> Iterator[str]:
    yield ""
    version = f" on Kubernetes {then.kubernetes}" if then.kubernetes else ""
    yield f"## By {then.day}{version}"
    yield ""
    if not then:
        yield "Nothing changes that the catalogue knows of."
    for words, rows in (
        ("needed then", then.added),
        ("not needed any more", then.removed),
        ("needed now, perhaps not then", then.unsettled),
    ):
        for row in rows:
            service = row.requirement.service
            verdict = _WORDS[row.verdict]
            yield f"- {words}: `{row.destination.text}` {service}, {verdict} today"
    for item in then.ended:
        ends = item.retirement
        pools = f" (pool {', '.join(item.pools)})" if item.pools else ""
        perhaps = "perhaps " if item.missing else ""
        yield f"- {perhaps}{ends.what}{pools}: {ends.day}; {ends.effect}; {ends.mend}"


def _decided(hop: Hop) -> str:
    rule = hop.rule
    if rule is None:
        return f"{hop.layer.value} {hop.at}: {hop.says}".strip()
    place = f" ({rule.origin})" if rule.origin is not None else ""
    return f"{rule.name}{place}"


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
