"""What `check`, `audit` and `report` have in common: options, checking, writing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seawall.app.cli.forms import FORMS, write_form
from seawall.app.cli.options import (
    Day,
    engine_option,
    input_options,
    service_tags_option,
)
from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.sift import sift
from seawall.app.cli.write import write_json

if TYPE_CHECKING:
    from seawall.app.checked import Checked
    from seawall.audit.finding import Finding
    from seawall.model.address import AddressRange
    from seawall.query.case import Case
    from seawall.query.intents.verdict import Tested

F = TypeVar("F", bound=Callable[..., Any])

FOUND = 1
UNKNOWN = 3


def checking_options(command: F) -> F:
    """Add the options that say what is checked, and what that does to the exit code."""
    for add in reversed(
        (
            click.option(
                "--fail-on",
                type=click.Choice(("info", "low", "medium", "high", "never")),
                default="medium",
                show_default=True,
                help="The least severity of a finding that makes the exit code 1.",
            ),
            click.option(
                "--unknown",
                type=click.Choice(("fail", "warn", "ok")),
                default="warn",
                show_default=True,
                help="What something that is not known does: exit code 3, a list, or "
                "nothing.",
            ),
            click.option(
                "--operator",
                "operators",
                multiple=True,
                metavar="ADDRESS",
                callback=lambda _ctx, _param, given: parse_addresses(given),
                help="An address or CIDR from which people or pipelines must reach the "
                "API server.",
            ),
            click.option(
                "--as-of",
                type=Day(),
                help="The day by which retirements of AKS are judged; default: today.",
            ),
            click.option(
                "--baseline",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="Do not tell of findings that this file holds.",
            ),
            engine_option,
            input_options,
            service_tags_option,
        )
    ):
        command = add(command)
    return command


def finding_options(command: F) -> F:
    """Add the options of whoever mends findings, or keeps what is known of them."""
    for add in reversed(
        (
            click.option(
                "--write-baseline",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="Write the findings to a file that --baseline takes.",
            ),
            click.option(
                "--fix",
                is_flag=True,
                help="Look for changes that mend findings, prove them, and print them "
                "in full.",
            ),
            click.option(
                "-v", "--verbose", is_flag=True, help="Show every diagnostic and hop."
            ),
        )
    ):
        command = add(command)
    return command


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be checked.

    Attributes:
        paths: What is read.
        cluster: The cluster that is asked about, where the input holds several.
        default_namespace: Namespace of manifests that name none.
        service_tags: A file of service tags.
        engine: Who enforces network policies, if not as the cluster is set up.
        operators: From where people must reach the API server.
        day: The day of judgement; None for today.
        baseline: A file of findings that are known.
        written: Where to write such a file.
        verbose: Whether every diagnostic is shown.
        fix: Whether changes that mend findings are looked for, however long it takes;
            None: where that is quick.
    """

    paths: Sequence[str]
    cluster: str | None
    default_namespace: str
    service_tags: str | None
    engine: str | None
    operators: "tuple[AddressRange, ...]"
    day: date | None
    baseline: Path | None = None
    written: Path | None = None
    verbose: bool = False
    fix: bool | None = None


def checked(question: Question) -> "Checked":
    """Read the input and return all that is found in it; diagnostics are shown.

    Raises:
        InputError: Nothing that could be read is there.
        click.UsageError: The cluster or the baseline is not there.
    """
    from seawall.app.checked import Checked
    from seawall.audit.discover import audit
    from seawall.audit.validity.judge import judge
    from seawall.query.case import Case
    from seawall.query.overview import overview

    snapshot = read_input(
        question.paths,
        default_namespace=question.default_namespace,
        cluster=question.cluster,
        service_tags=question.service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=question.verbose)
    case = Case(snapshot, question.engine)
    day = question.day or datetime.now(UTC).date()
    with working("checking"):
        seen = overview(case, question.operators)
        findings: Sequence[Finding] = audit(case)
        validity = judge(case, day)
        tested = _tested(case, day)
    files = (question.baseline, question.written)
    findings, validity, aside = sift(snapshot, findings, validity, day=day, files=files)
    if question.fix is not False:
        from seawall.audit.mending import with_fixes

        with working("looking for changes that mend it"):
            findings = with_fixes(case, findings, tested, wanted=bool(question.fix))
    return Checked(case, seen, findings, validity, tested, aside, day)


def exit_code(found: "Checked", fail_on: str, unknown: str) -> int:
    """Return what a run ends with: 0, 1 or 3."""
    from seawall.query.intents.verdict import Standing

    tested = found.tested
    if _reaches(fail_on, found.every):
        return FOUND
    if fail_on != "never" and tested.count(Standing.VIOLATED):
        return FOUND
    doubtful = found.seen.unknown or tested.count(Standing.UNKNOWN)
    return UNKNOWN if unknown == "fail" and doubtful else 0


def written_for_programs(
    found: "Checked", form: str, file: Path | None, *, unknown: str
) -> bool:
    """Write what was found as JSON or in a form of another tool.

    Returns:
        Whether the form is one of these.
    """
    if form == "json":
        from seawall.audit.report import document

        write_json(document(found.case, found.seen, *found.found), file)
        return True
    if form not in FORMS:
        return False
    aside = found.aside.suppressed
    write_form(form, file, found.every, found.tested, unknown=unknown, suppressed=aside)
    return True


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


def _tested(case: "Case", day: date) -> "Tested":
    """Return what becomes of the intents; most inputs hold none."""
    from seawall.query.intents.verdict import Tested

    if not case.snapshot.intents:
        return Tested((), day)
    from seawall.query.intents.answer import judge_all

    return judge_all(case, case.snapshot.intents, day)


def _reaches(fail_on: str, findings: "Sequence[Finding]") -> bool:
    """Whether a finding is at least as bad as the severity that was chosen."""
    from seawall.audit.finding import Severity

    if fail_on == "never":
        return False
    least = Severity(fail_on).weight
    return any(finding.severity.weight >= least for finding in findings)
