"""The `seawall` command: finds the verb and loads only what that verb needs.

Start-up counts, so nothing but click is imported before a verb is known.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence

import click

from seawall import __version__

VERBS = {
    "check": (
        "seawall.app.cli.check",
        "How isolated is this cluster? Doors, ways out, findings.",
    ),
    "reach": (
        "seawall.app.cli.reach",
        "Every connection that is possible, as a list, matrix or graph.",
    ),
    "trace": (
        "seawall.app.cli.trace",
        "One question, hop by hop: does it arrive, and if not, what blocks it?",
    ),
    "diff": (
        "seawall.app.cli.diff",
        "What two inputs, or two policy engines, let pass differently.",
    ),
    "audit": (
        "seawall.app.cli.audit",
        "What is wrong with it: the findings of `check` alone.",
    ),
    "test": (
        "seawall.app.cli.test",
        "Whether what must hold does: intents, proved or with a counterexample.",
    ),
    "report": (
        "seawall.app.cli.report",
        "Evidence on one page: every claim with its proof, its ground, its inputs.",
    ),
    "egress": (
        "seawall.app.cli.egress",
        "What a cluster must reach to live, whether it does, and what passes beyond.",
    ),
    "rehearse": (
        "seawall.app.cli.rehearse",
        "A twin of the network on this machine: real packets beside what was proved.",
    ),
    "design": (
        "seawall.app.cli.design",
        "From what is needed to files that prove it: a cluster, its network, policies.",
    ),
    "explain-input": (
        "seawall.app.cli.explain_input",
        "What the input says, how each setting is known, and what would settle it.",
    ),
    "snapshot": (
        "seawall.app.cli.snapshot",
        "One archive of all that was read, without secrets, to keep or to share.",
    ),
    "rules": (
        "seawall.app.cli.rules",
        "The audit rules: what each looks for, why, and when it is fine.",
    ),
}
"""Each verb with the module that holds its command and the line that help shows."""

INTERRUPTED = 130
UNUSABLE = 2


def option_names(option: click.Option) -> tuple[str, ...]:
    """Return the long names of an option, without dashes, the one to use first."""
    return tuple(name.lstrip("-") for name in option.opts if name.startswith("--"))


class Verbs(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which people meet them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb, imported now; None if there is none."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(VERBS[cmd_name][0])
        command: click.Command = module.command
        for option in command.params:
            # `SEAWALL_REACH_FROM` is named as people write the option.
            if isinstance(option, click.Option):
                verb = cmd_name.upper().replace("-", "_")
                option.envvar = [
                    f"SEAWALL_{verb}_{name.upper().replace('-', '_')}"
                    for name in option_names(option)
                ]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, and offer the nearest one for a slip."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], VERBS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"there is no verb `{args[0]}`{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])


@click.group(
    cls=Verbs,
    subcommand_metavar="VERB ...",
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "SEAWALL",
        "max_content_width": 100,
    },
    epilog="Exit codes: 0 holds; 1 findings, or denied; 2 unusable input or usage; "
    "3 not known. `seawall VERB --help` tells more.",
)
@click.version_option(__version__, "-V", "--version", message="seawall %(version)s")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Prove what can reach what in an AKS cluster, across every layer.

    Give it the files that you have: manifests, `kubectl get -o json`, `az … -o json`,
    `terraform show -json`. What they hold is told by content, never by name; without a
    path, the current folder is read.
    """
    ctx.default_map = _configuration()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and end the process with the documented exit code."""
    # One answer makes few cycles, and looking for them in what was read takes longer
    # than to compile the policies of a large cluster.
    gc.disable()
    code = run(arguments)
    # At the end of the process they would be looked for all the same.
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; no exception leaves it."""
    try:
        result = program.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="seawall",
            standalone_mode=False,
        )
        _flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except BrokenPipeError:
        _silence()
        return 0
    except OSError as error:
        return _not_written(error) if error.filename is None else _own_bug(error)
    except Exception as error:  # noqa: BLE001
        return _own_bug(error)
    return result if isinstance(result, int) else 0


def _configuration() -> dict[str, dict[str, object]]:
    """Return option defaults from the nearest configuration file, if there is one."""
    directory = os.getcwd()  # noqa: PTH109
    while True:
        for name in (".seawall.yaml", "pyproject.toml"):
            path = os.path.join(directory, name)  # noqa: PTH118
            if os.path.isfile(path):  # noqa: PTH113
                from seawall.app.cli.configuration import read

                found = read(path)
                if found is not None:
                    return _by_parameter(path, found)
        parent = os.path.dirname(directory)  # noqa: PTH120
        if parent == directory:
            return {}
        directory = parent


def _by_parameter(
    path: str, found: dict[str, dict[str, object]]
) -> dict[str, dict[str, object]]:
    """Return settings by the names that the commands use inside.

    Raises:
        click.UsageError: The file names a verb or an option that there is not.
    """
    out: dict[str, dict[str, object]] = {}
    for verb, settings in found.items():
        command = Verbs().get_command(click.Context(program), verb)
        if command is None:
            raise click.UsageError(
                f"{path} sets options of `{verb}`, which is no verb; "
                f"there are {', '.join(VERBS)}"
            )
        names = {
            name: option.name or ""
            for option in command.params
            if isinstance(option, click.Option)
            for name in option_names(option)
        }
        for key, value in settings.items():
            if key not in names:
                raise click.UsageError(
                    f"{path} sets `{key}` of `{verb}`, which is no option of it; "
                    f"there are {', '.join(names)}"
                )
            if names[key] == "outputs" and isinstance(value, str):
                value = [value]  # noqa: PLW2901  (repeatable, so always a list)
            out.setdefault(verb, {})[names[key]] = value
    return out


def _own_bug(error: Exception) -> int:
    """Tell the user that Seawall failed, and what to send; nothing secret is shown."""
    from seawall.model.diagnostic import InputError

    if isinstance(error, InputError):
        from seawall.app.cli.show.diagnostics import print_diagnostics

        print_diagnostics([error.diagnostic])
        return UNUSABLE
    if os.environ.get("SEAWALL_DEBUG"):
        raise error
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = ""
    if place is not None:
        code = place.tb_frame.f_code
        where = f" at {code.co_qualname} line {place.tb_lineno}"
    click.echo(
        f"seawall {__version__}: internal error: {type(error).__name__}{where}\n"
        "  why:  this is a fault in Seawall, not in your input; no verdict was given\n"
        "  mend: report the line above with the command that you ran; "
        "SEAWALL_DEBUG=1 shows the traceback",
        err=True,
    )
    return UNUSABLE


def _not_written(error: OSError) -> int:
    """Tell that standard output takes no more, such as on a full disk."""
    _silence()
    click.echo(
        f"Error: the answer cannot be written: {error.strerror}; "
        "make room, or write it elsewhere",
        err=True,
    )
    return UNUSABLE


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _silence() -> None:
    from seawall.app.cli.write import silence_standard_output

    silence_standard_output()
