"""`seawall reach --seen-as`: who can arrive somewhere with a given source address."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seawall.model.address import AddressRange
    from seawall.model.snapshot import Snapshot

FORMATS = ("table", "json")
NARROWING = (
    "source",
    "target",
    "port",
    "namespace",
    "labels",
    "exposure",
    "own",
)
UNKNOWN = 3


def show_seen_as(
    snapshot: "Snapshot",
    engine: str | None,
    text: str,
    *,
    outputs: tuple[tuple[str, Path | None], ...],
    unknown: str,
) -> int:
    """Show who can arrive with the addresses of *text*."""
    from seawall.app.cli.read import working
    from seawall.query.case import Case
    from seawall.query.seen_as import document, seen_as

    other = [form for form, _ in outputs if form not in FORMATS]
    if other:
        raise click.UsageError(
            f"--seen-as cannot be written as {other[0]}; there are {', '.join(FORMATS)}"
        )
    given = click.get_current_context().params
    if any(given.get(name) for name in NARROWING):
        raise click.UsageError(
            "--seen-as asks about every sender: leave out --from, --to, --port, -n, "
            "-l, --exposure and --self"
        )
    case = Case(snapshot, engine)
    wanted = _ranges(text)
    with working("looking behind the address"):
        answer = seen_as(case, wanted)
    for form, file in outputs:
        if form == "json":
            from seawall.app.cli.write import write_json

            write_json(document(case, answer), file)
        else:
            from seawall.app.cli.show.seen_as import seen_as_text
            from seawall.app.cli.write import write_text

            write_text(seen_as_text(case, answer, colored=file is None), file)
    return UNKNOWN if unknown == "fail" and answer.is_unknown else 0


def _ranges(text: str) -> "tuple[AddressRange, ...]":
    from seawall.model.address import AddressRange

    wrong = (
        "--seen-as takes addresses, such as 10.10.0.4, 10.10.0.0/24 or "
        f"10.10.0.4-10.10.0.9, several with commas: `{text}` is none"
    )
    try:
        found = tuple(AddressRange.parse(item) for item in text.split(",") if item)
    except ValueError as error:
        raise click.UsageError(wrong) from error
    if not found:
        raise click.UsageError(wrong)
    return found
