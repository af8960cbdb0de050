"""`seawall design --explain`: what an option of a cluster does."""

from collections.abc import Sequence
from pathlib import Path

import click

from seawall.app.cli.write import write_json, write_text

ALL = "list"


def explain_option(option: str, outputs: Sequence[tuple[str, Path | None]]) -> int:
    """Show one option, or the list of all.

    Raises:
        UsageError: There is no such option.
    """
    from seawall.app.cli.show.explained import explained_text, listed_text
    from seawall.design.explain import explain, nearest, options
    from seawall.design.explain.document import explained_json

    found = options() if option == ALL else (explain(option),)
    items = tuple(item for item in found if item is not None)
    if not items:
        near = nearest(option)
        hint = f"; did you mean `{near}`?" if near else ""
        raise click.UsageError(
            f"`{option}` is no option that is explained{hint} "
            "`seawall design --explain list` lists them"
        )
    for form, file in outputs:
        if form == "json":
            write_json(explained_json(items), file)
        elif option == ALL:
            write_text(listed_text(items, colored=file is None), file)
        else:
            write_text(explained_text(items[0], colored=file is None), file)
    return 0
