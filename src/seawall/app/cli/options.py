"""Options that several verbs share, and what they are turned into."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

ENGINES = ("spec", "none", "npm", "calico", "cilium")


class Day(click.ParamType[date]):
    """A day, written as `2027-03-01`; a configuration file gives it as a date."""

    name = "DATE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Read a day, or refuse what is none."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is not a day; write one as 2027-03-01", param, ctx)


def input_options(command: F) -> F:
    """Add the options that say how input is read."""
    command = click.option(
        "--cluster",
        metavar="NAME",
        help="The cluster to ask about when the input holds several.",
    )(command)
    command = click.option(
        "--set",
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_keep_parameters,
        help="Value of a parameter of ARM templates or a variable of Terraform; it "
        "holds before those in files. Repeatable.",
    )(command)
    command = click.option(
        "--compile-bicep",
        is_flag=True,
        expose_value=False,
        callback=_keeping(_COMPILING),
        help="Have the installed `bicep` compile Bicep files, without fetching "
        "modules; by default Seawall reads the source itself and runs nothing.",
    )(command)
    command = click.option(
        "--scripts-change-nothing",
        is_flag=True,
        expose_value=False,
        callback=_keeping(_TRUSTING),
        help="Take it for granted that commands and scripts which deployments run "
        "(provisioners, deployment scripts) change nothing that is asked about; by "
        "default what they may change is not known.",
    )(command)
    return click.option(
        "--default-namespace",
        metavar="NAME",
        default="default",
        show_default=True,
        help="Namespace of manifests that name none.",
    )(command)


_PARAMETERS = "seawall.parameters"
_COMPILING = "seawall.compile-bicep"
_TRUSTING = "seawall.scripts-change-nothing"


def _keeping(key: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """Return what keeps a flag that only the reading of the input asks for."""

    def keep(ctx: click.Context, _param: click.Parameter, value: object) -> None:
        ctx.meta[key] = value is True

    return keep


def _is_kept(key: str) -> bool:
    ctx = click.get_current_context(silent=True)
    return ctx is not None and ctx.meta.get(key) is True


def compiles_bicep() -> bool:
    """Return whether the user asked for `bicep` to compile files."""
    return _is_kept(_COMPILING)


def scripts_change_nothing() -> bool:
    """Return whether the user says that scripts change nothing."""
    return _is_kept(_TRUSTING)


def _keep_parameters(
    ctx: click.Context, _param: click.Parameter, given: Sequence[str]
) -> None:
    """Keep what only the reading of the input asks for."""
    ctx.meta[_PARAMETERS] = parse_parameters(given)


def parameters() -> tuple[tuple[str, str], ...]:
    """Return names and values of parameters of templates that the user gave."""
    ctx = click.get_current_context(silent=True)
    found: tuple[tuple[str, str], ...] = ctx.meta.get(_PARAMETERS, ()) if ctx else ()
    return found


def parse_parameters(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of a parameter's name and its value, as text.

    Raises:
        click.BadParameter: A text has no name or no equals sign, or a name twice.
    """
    pairs: list[tuple[str, str]] = []
    for text in given:
        name, equals, value = text.partition("=")
        if not name.strip() or not equals:
            raise click.BadParameter(f"`{text}` is not of the form NAME=VALUE")
        if name.strip().lower() in {known.lower() for known, _ in pairs}:
            raise click.BadParameter(f"`{name}` is given twice")
        pairs.append((name.strip(), value))
    return tuple(pairs)


def engine_option(command: F) -> F:
    """Add the option that chooses who enforces network policies."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        help="Who enforces network policies; default: as the cluster is set up.",
    )(command)


def service_tags_option(command: F) -> F:
    """Add the option that gives the addresses of service tags."""
    return click.option(
        "--service-tags",
        metavar="FILE",
        help="The weekly file of service tags, or the answer of `az network "
        "list-service-tags`: tags stand for exactly these addresses.",
    )(command)


def output_option(formats: Sequence[str]) -> Callable[[F], F]:
    """Add `-o FORMAT` and `-o FORMAT=FILE` for the formats of a verb."""

    def add(command: F) -> F:
        return click.option(
            "-o",
            "--output",
            "outputs",
            multiple=True,
            metavar="FORMAT[=FILE]",
            callback=lambda _ctx, _param, given: parse_outputs(given, formats),
            help=f"One of {', '.join(formats)}; repeatable; with =FILE to a file.",
        )(command)

    return add


def parse_outputs(
    given: Sequence[str], formats: Sequence[str]
) -> tuple[tuple[str, Path | None], ...]:
    """Return pairs of format and file; the first format to the terminal by default.

    Raises:
        click.BadParameter: A format that the verb does not have, or two formats for
            the terminal.
    """
    pairs: list[tuple[str, Path | None]] = []
    for text in given:
        name, equals, file = text.partition("=")
        if name not in formats:
            raise click.BadParameter(f"`{name}` is not one of {', '.join(formats)}")
        if equals and not file:
            raise click.BadParameter(f"`{text}` names no file after the equals sign")
        pairs.append((name, Path(file) if equals and file != "-" else None))
    if not pairs:
        pairs.append((formats[0], None))
    if sum(file is None for _, file in pairs) > 1:
        raise click.BadParameter(
            "only one format can go to the terminal; write the others to files, "
            "as in `-o json=answer.json`"
        )
    files = [file for _, file in pairs if file is not None]
    if len(set(files)) < len(files):
        raise click.BadParameter("two formats cannot go to one file")
    return tuple(pairs)
