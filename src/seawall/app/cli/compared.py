"""Shows what was compared, in the forms that `diff` has."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.read import working
from seawall.app.cli.sides import Names

if TYPE_CHECKING:
    from seawall.app.forms.review import Review
    from seawall.model.snapshot import Snapshot
    from seawall.query.difference.flows import Flows
    from seawall.query.migration.proof import Migration
    from seawall.query.reach.policy import Narrowing

DIFFERS, UNKNOWN = 1, 3
FORMS = ("table", "json")


@dataclass(frozen=True)
class Comparison:
    """What is to be shown.

    Attributes:
        flows: What passes differently.
        migration: A rewrite of policies, if one is asked for.
        names: What places are called.
        review: What is told beside the flows; None for two engines.
    """

    flows: "Flows"
    migration: "Migration | None" = None
    names: Names = Names()  # noqa: RUF009  (frozen)
    review: "Review | None" = None

    @property
    def differs(self) -> bool:
        """Whether anything does, or may because it could not be compared."""
        beside = self.review is not None and self.review.differs
        return beside or bool(self.flows.changes or self.flows.one_network)


def compare_engines(
    snapshot: "Snapshot",
    engines: tuple[str, ...],
    part: "Narrowing",
    *,
    outputs: tuple[tuple[str, Path | None], ...],
    unknown: str,
) -> int:
    """Show what differs between two engines in a part of one input."""
    from seawall.query.difference.flows import compared
    from seawall.query.difference.side import Draft, two_sides
    from seawall.query.enforcement import enforcement

    if len(engines) != 2:  # noqa: PLR2004  (one another)
        raise click.UsageError("two engines can be compared, not more")
    other = [form for form, _ in outputs if form not in FORMS]
    if other:
        raise click.UsageError(
            f"what differs cannot be written as {other[0]}; "
            f"there are {' and '.join(FORMS)}"
        )
    left, right = two_sides(
        *(
            Draft(engine, snapshot, *enforcement(snapshot, engine), part)
            for engine in engines
        )
    )
    words = left.name, right.name
    flows = compared(left, right, layers="policy", words=words)
    return answer(Comparison(flows), outputs, unknown)


def answer(
    found: Comparison, outputs: tuple[tuple[str, Path | None], ...], unknown: str
) -> int:
    """Show what was found, and return the exit code that it means."""
    with working("comparing"):
        differs = found.differs
        if found.migration is not None:
            _ = found.migration.is_equivalent
    for form, file in outputs:
        _write(found, form, file)
    if differs:
        return DIFFERS
    return UNKNOWN if unknown == "fail" and not found.flows.is_certain else 0


def _write(found: Comparison, form: str, file: Path | None) -> None:
    if form == "json":
        _write_json(found, file)
    elif form == "md":
        from seawall.app.cli.write import write_text
        from seawall.app.forms.changes_md import changes_md

        text = changes_md(found.flows, found.review, found.names.text)
        write_text(text, file)
    elif form == "yaml" and found.migration is not None:
        from seawall.app.cli.show.migration import migration_manifest

        migration_manifest(found.migration, file)
    else:
        _write_table(found, file)


def _write_json(found: Comparison, file: Path | None) -> None:
    from seawall.app.cli.write import write_json
    from seawall.app.forms.review import NOTHING, review_json
    from seawall.query.difference.document import difference_json

    document = difference_json(found.flows)
    document |= review_json(found.review or NOTHING)
    if found.migration is not None:
        from seawall.query.migration.document import migration_json

        document["rewrite"] = migration_json(found.migration)
    names = found.names
    write_json(names.plain(document) if names.shown else document, file)


def _write_table(found: Comparison, file: Path | None) -> None:
    from seawall.app.cli.show.diff import Screen, flow_lines
    from seawall.app.cli.show.words import is_colored
    from seawall.app.cli.write import write_text

    screen = Screen(found.names.text, is_colored(to_terminal=file is None))
    lines = [*flow_lines(found.flows, screen)]
    if found.review is not None and found.review.differs:
        from seawall.app.cli.show.review import review_lines

        lines += review_lines(found.review, screen)
    if found.migration is not None:
        from seawall.app.cli.show.migration import migration_lines

        lines += migration_lines(found.migration)
    write_text("\n".join(lines), file)
