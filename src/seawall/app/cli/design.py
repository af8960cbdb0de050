"""`seawall design`: from what is needed to files that are proved."""

import importlib.util
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.explain_option import explain_option
from seawall.app.cli.interview import DEFAULT, ask
from seawall.app.cli.options import Day, parse_outputs
from seawall.app.cli.read import working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from seawall.design.choose.answer import Conflict, Decided
    from seawall.design.handover import Edited, HandedOver, NotProved
    from seawall.design.requirements.needs import Requirements
    from seawall.model.diagnostic import Diagnostic

    Outcome = HandedOver | NotProved | Edited

DIFFERS = 1
UNUSABLE = 2
UNKNOWN = 3
FORMATS = ("table", "json")
SURFACES = ("az", "bicep", "arm", "terraform")


@click.command("design")
@click.argument("requirements", required=False, metavar="[REQUIREMENTS]")
@click.option(
    "--from",
    "running",
    multiple=True,
    metavar="PATH",
    help="Start from a running configuration, read as `check` does: show what stays, "
    "what changes and in which order, and write nothing. Repeatable.",
)
@click.option(
    "--out",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the files into this folder; without it they are made, proved, and "
    "left out.",
)
@click.option(
    "--surface",
    "surfaces",
    multiple=True,
    type=click.Choice(SURFACES),
    help="How to write what is deployed to Azure. Repeatable; default: all of which "
    "files can be proved.",
)
@click.option(
    "--modules",
    type=click.Choice(("avm",)),
    help="Write Terraform with modules: `avm`, Azure Verified Modules at versions "
    "whose source was read. What none of them says stays a resource of the provider.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write over files that somebody edited; what is lost is shown.",
)
@click.option(
    "--as-of",
    "now",
    type=Day(),
    help="The day by which retirements and versions are judged; default: today.",
)
@click.option(
    "--interview",
    "asks",
    is_flag=True,
    help="First ask what must hold, and save the answers to REQUIREMENTS, or "
    "requirements.yaml.",
)
@click.option(
    "--explain",
    "option",
    metavar="OPTION",
    help="Instead: what an option of AKS does, what it needs, and how far a cluster is "
    "isolated without it; by its flag, or its name in ARM or Terraform. `list` lists "
    "them.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every source and remark.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    callback=lambda _ctx, _param, given: _forms(given),
    help="How to answer: table or json; repeatable; with =FILE to a file. Files of the "
    "design go to --out.",
)
def command(
    requirements: str | None,
    running: tuple[str, ...],
    folder: Path | None,
    surfaces: tuple[str, ...],
    modules: str | None,
    force: bool,  # noqa: FBT001
    now: date | None,
    asks: bool,  # noqa: FBT001
    option: str | None,
    verbose: bool,  # noqa: FBT001
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Choose every option of a cluster, write its files, and prove them.

    REQUIREMENTS is a YAML file that says what must hold (`docs/guide/design.md`;
    `examples/scenarios` has two dozen). What comes out is the network, the cluster and
    its policies, for each surface, with the reason of each decision; the files are read
    back, and nothing is handed over that they do not prove.

    Exit code 0: handed over, or with no --out it could be; 1: the files do not prove
    something, or somebody edited them; 2: requirements that cannot be used or cannot
    hold together; 3: something is not known to hold.
    """
    if option is not None:
        if requirements is not None:
            raise click.UsageError("--explain reads no requirements; leave them out")
        return explain_option(option, outputs)
    if asks:
        requirements = requirements or DEFAULT.as_posix()
        _need("questionary", "an interview needs a library for prompts")
        ask(Path(requirements), force=force)
    if requirements is None:
        raise click.UsageError(
            "name a file of requirements, or answer questions with --interview; "
            "`examples/scenarios` has files to copy"
        )
    _check_modules(modules, surfaces, running)
    day = now or datetime.now(UTC).date()
    if running:
        if folder is not None:
            raise click.UsageError("--from shows the way and writes nothing: no --out")
        from seawall.app.cli.adoption import adopted

        return adopted(Path(requirements), running, day, outputs, verbose=verbose)
    return _designed(
        Path(requirements),
        _Wanted(folder, surfaces, day, outputs, force, verbose, modules == "avm"),
    )


def _check_modules(
    modules: str | None, surfaces: Sequence[str], running: Sequence[str]
) -> None:
    """Go on if there is Terraform to write with modules.

    Raises:
        UsageError: Nothing of the kind is written.
    """
    if modules and running:
        raise click.UsageError("--from shows the way and writes nothing: no --modules")
    if modules and surfaces and "terraform" not in surfaces:
        raise click.UsageError("--modules is for Terraform: add --surface terraform")


def _forms(given: Sequence[str]) -> tuple[tuple[str, Path | None], ...]:
    """Return pairs of format and file.

    Raises:
        BadParameter: A format that there is not, such as the name of a folder.
    """
    for text in given:
        if text.partition("=")[0] not in FORMATS:
            raise click.BadParameter(
                f"`{text}` is not one of {', '.join(FORMATS)}; a folder for the files "
                f"is named with --out {text}"
            )
    return parse_outputs(given, FORMATS)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the user asked for beside the requirements.

    Attributes:
        folder: Where files go; None to make and prove them only.
        surfaces: How to write what is deployed; empty for all that can be proved.
        day: The day by which retirements are judged.
        outputs: In which forms to answer, and where.
        force: Whether to write over edits.
        verbose: Whether to show everything.
        verified: Whether Terraform calls Azure Verified Modules.
    """

    folder: Path | None
    surfaces: Sequence[str]
    day: date
    outputs: Sequence[tuple[str, Path | None]]
    force: bool
    verbose: bool
    verified: bool = False


def _designed(path: Path, wanted: _Wanted) -> int:
    from seawall.design.requirements.read import read_requirements

    needs, told = read_requirements(path, wanted.day)
    print_diagnostics(told, everything=wanted.verbose)
    if needs is None:
        _refuse(wanted, told)
        return UNUSABLE
    _need("pysat", "designs need a solver")
    from seawall.design.choose import choose
    from seawall.design.choose.answer import Conflict

    with working("choosing"):
        decided = choose(needs, wanted.day)
    if isinstance(decided, Conflict):
        _show_conflict(needs, decided, wanted, told)
        return UNUSABLE
    return _made(needs, decided, wanted, told)


def _need(module: str, what: str) -> None:
    """Go on if a module of the extra is installed.

    Raises:
        ClickException: It is not.
    """
    if importlib.util.find_spec(module) is None:
        raise click.ClickException(f"{what}: pip install 'seawall[design]'")


def _made(
    needs: "Requirements",
    decided: "Decided",
    wanted: _Wanted,
    told: "tuple[Diagnostic, ...]",
) -> int:
    from seawall.design.handover import NotProved, Surface, make
    from seawall.design.handover.write import WRITERS
    from seawall.design.layout import lay_out

    laid = lay_out(needs, decided.choices)
    if isinstance(laid, tuple):
        # Addresses that cannot be planned are a fault of what was asked.
        print_diagnostics(laid, everything=wanted.verbose)
        _refuse(wanted, (*told, *laid))
        return UNUSABLE
    with ExitStack() as stack:
        folder = wanted.folder
        if folder is None:
            spare = stack.enter_context(tempfile.TemporaryDirectory())
            folder = Path(spare) / needs.name
        named = tuple(Surface(name) for name in dict.fromkeys(wanted.surfaces))
        surfaces = named or tuple(each for each in Surface if each in WRITERS)
        with working("proving"):
            outcome = make(
                needs,
                decided,
                surfaces,
                folder,
                as_of=wanted.day,
                force=wanted.force,
                verified=wanted.verified,
            )
    _show(needs, decided, outcome, wanted, told)
    if isinstance(outcome, NotProved):
        print_diagnostics(outcome.faults, everything=wanted.verbose)
    return _exit_code(outcome)


def _exit_code(outcome: "Outcome") -> int:
    from seawall.design.handover import HandedOver, NotProved
    from seawall.model.diagnostic import Level

    if isinstance(outcome, HandedOver):
        proof = outcome.proof
        return 0 if proof.judged or proof.settings else UNKNOWN
    if isinstance(outcome, NotProved) and all(
        item.level is Level.UNMODELLED for item in outcome.faults
    ):
        return UNKNOWN
    return DIFFERS


def _refuse(wanted: _Wanted, told: "Sequence[Diagnostic]") -> None:
    for form, file in wanted.outputs:
        if form == "json":
            from seawall.design.document import refused_json

            write_json(refused_json(told, wanted.day), file)


def _show_conflict(
    needs: "Requirements",
    conflict: "Conflict",
    wanted: _Wanted,
    told: "Sequence[Diagnostic]",
) -> None:
    from seawall.app.cli.show.design import conflict_text
    from seawall.design.document import conflict_json

    for form, file in wanted.outputs:
        if form == "json":
            write_json(conflict_json(needs, conflict, told, wanted.day), file)
        else:
            write_text(conflict_text(conflict, colored=file is None), file)


def _show(
    needs: "Requirements",
    decided: "Decided",
    outcome: "Outcome",
    wanted: _Wanted,
    told: "Sequence[Diagnostic]",
) -> None:
    from seawall.app.cli.show.design import design_text
    from seawall.design.document import design_json

    for form, file in wanted.outputs:
        if form == "json":
            dry = wanted.folder is None
            document = design_json(needs, decided, outcome, told, wanted.day, dry=dry)
            write_json(document, file)
        else:
            text = design_text(
                needs,
                decided,
                outcome,
                colored=file is None,
                verbose=wanted.verbose,
                dry=wanted.folder is None,
            )
            write_text(text, file)
