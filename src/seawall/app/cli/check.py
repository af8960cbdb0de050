"""`seawall check`: the main job."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.forms import FORMS, write_form
from seawall.app.cli.options import (
    Day,
    engine_option,
    input_options,
    output_option,
    service_tags_option,
)
from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.sift import sift
from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from seawall.audit.finding import Finding
    from seawall.audit.suppress import Aside
    from seawall.audit.validity.judge import Judgement
    from seawall.model.address import AddressRange
    from seawall.query.case import Case
    from seawall.query.intents.verdict import Tested
    from seawall.query.overview import Overview

FOUND = 1
UNKNOWN = 3


def parse_addresses(given: Sequence[str]) -> "tuple[AddressRange, ...]":
    """Return addresses and CIDRs as ranges.

    Raises:
        click.BadParameter: One is neither.
    """
    from seawall.model.address import AddressRange

    found = []
    for text in given:
        try:
            found.append(AddressRange.parse(text))
        except ValueError:
            raise click.BadParameter(
                f"`{text}` is neither an address nor a CIDR; write 203.0.113.7"
            ) from None
    return tuple(found)


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option(
    "--fail-on",
    type=click.Choice(("info", "low", "medium", "high", "never")),
    default="medium",
    show_default=True,
    help="The least severity of a finding that makes the exit code 1.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="warn",
    show_default=True,
    help="What something that is not known does: exit code 3, a list, or nothing.",
)
@click.option(
    "--operator",
    "operators",
    multiple=True,
    metavar="ADDRESS",
    callback=lambda _ctx, _param, given: parse_addresses(given),
    help="An address or CIDR from which people or pipelines must reach the API server.",
)
@click.option(
    "--as-of",
    type=Day(),
    help="The day by which retirements of AKS are judged; default: today.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Do not tell of findings that this file holds.",
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the findings to a file that --baseline takes.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic and hop.")
@engine_option
@input_options
@service_tags_option
@output_option(("table", "json", *FORMS))
def command(
    paths: tuple[str, ...],
    fail_on: str,
    unknown: str,
    operators: "tuple[AddressRange, ...]",
    as_of: date | None,
    baseline: Path | None,
    write_baseline: Path | None,
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show how isolated a cluster is, and what is wrong with it.

    Reads everything under PATH and prints who can reach the API server, every door
    from outside to pods, every way from pods to the internet, how much of the pod
    network is open, how platform services are reached, and what is inert or not
    known; then what AKS would not take or ends, the findings of the audit, and the
    intents among PATHS (`seawall test` tells more of these).

    Exit code 0: nothing found at or above --fail-on, and no intent is violated; 1:
    something; 2: unusable input; 3: something is not known and --unknown is fail.
    """
    from seawall.audit.discover import audit
    from seawall.audit.validity.judge import judge
    from seawall.query.case import Case
    from seawall.query.overview import overview

    snapshot = read_input(
        paths,
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=verbose)
    case = Case(snapshot, engine)
    with working("checking"):
        seen = overview(case, operators)
        findings: Sequence[Finding] = audit(case)
        day = as_of or datetime.now(UTC).date()
        validity = judge(case, day)
        tested = _tested(case, day)
    files = (baseline, write_baseline)
    findings, validity, aside = sift(snapshot, findings, validity, day=day, files=files)
    found = (findings, validity, tested)
    for output in outputs:
        _write(case, seen, (*found, aside), output, verbose=verbose, unknown=unknown)
    return _exit_code(found, fail_on, fails=unknown == "fail", doubtful=seen.unknown)


def _tested(case: "Case", day: date) -> "Tested":
    """Return what becomes of the intents; most inputs hold none."""
    from seawall.query.intents.verdict import Tested

    if not case.snapshot.intents:
        return Tested((), day)
    from seawall.query.intents.answer import judge_all

    return judge_all(case, case.snapshot.intents, day)


def _write(
    case: "Case",
    seen: "Overview",
    found: "tuple[Sequence[Finding], Judgement, Tested, Aside]",
    output: tuple[str, Path | None],
    *,
    verbose: bool,
    unknown: str,
) -> None:
    form, file = output
    if form == "json":
        from seawall.audit.report import document

        write_json(document(case, seen, *found), file)
        return
    if form in FORMS:
        findings, validity, tested, _ = found
        every = (*findings, *validity.findings)
        write_form(form, file, every, tested, unknown=unknown)
        return
    from seawall.app.cli.show.check import check_text

    shown = {"verbose": verbose, "with_unknown": unknown != "ok"}
    write_text(check_text(case, seen, found, colored=not file, **shown), file)


def _exit_code(
    found: "tuple[Sequence[Finding], Judgement, Tested]",
    fail_on: str,
    *,
    fails: bool,
    doubtful: object,
) -> int:
    from seawall.query.intents.verdict import Standing

    findings, validity, tested = found
    if _reaches(fail_on, (*findings, *validity.findings)):
        return FOUND
    if fail_on != "never" and tested.count(Standing.VIOLATED):
        return FOUND
    return UNKNOWN if fails and (doubtful or tested.count(Standing.UNKNOWN)) else 0


def _reaches(fail_on: str, findings: "Sequence[Finding]") -> bool:
    """Whether a finding is at least as bad as the severity that was chosen."""
    from seawall.audit.finding import Severity

    if fail_on == "never":
        return False
    least = Severity(fail_on).weight
    return any(finding.severity.weight >= least for finding in findings)
