"""The script: variables on top, a command a resource, outputs at the end."""

import shlex
from collections.abc import Iterator
from textwrap import wrap

from seawall.emit.az.command import Command
from seawall.emit.az.commands import commands
from seawall.emit.az.shell import GROUP_NAME, Shell, variable
from seawall.emit.tree import Deployment, Parameter

_WIDTH = 88
_HEAD = """\
#!/usr/bin/env bash"""
_CALM = ("--only-show-errors", "--output", "none")
_EXISTS = """\
# What stands already is left as it is where a second command would change it.
stands() {
  az resource show --ids "$1" --only-show-errors --output none 2> /dev/null
}"""


def az_script(deployment: Deployment) -> str:
    """Return the text of the script.

    Raises:
        Unsaid: Something has no words in az.
    """
    given = commands(deployment)
    shell = Shell(deployment)
    steps = [_step(command, shell) for command in given]
    outputs = list(_outputs(deployment, shell))
    return (
        "\n\n".join(
            (
                "\n".join((_HEAD, *_comment(deployment.title))),
                "set -euo pipefail",
                "\n".join(_parameters(deployment)),
                "\n".join(shell.head()),
                _EXISTS,
                _group(shell),
                *steps,
                *(("\n".join(outputs),) if outputs else ()),
            )
        )
        + "\n"
    )


def _comment(text: str) -> list[str]:
    found = wrap(text, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in found]


def _parameters(deployment: Deployment) -> Iterator[str]:
    yield "# What may be changed: here, or in the environment."
    group = Parameter(
        GROUP_NAME, deployment.resource_group, "Name of the resource group."
    )
    names = {item.name for item in deployment.parameters}
    place = Parameter("location", deployment.location, "Azure region of everything.")
    own = () if "location" in names else (place,)
    for item in (group, *own, *deployment.parameters):
        name = variable(item.name)
        default = item.default
        if isinstance(default, tuple):
            default = " ".join(default)
        if default is None:
            told = item.description.rstrip(".").replace("'", "")
            yield f': "${{{name}:?{told}}}"'
        else:
            word = str(default).lower() if isinstance(default, bool) else str(default)
            yield f'{name}="${{{name}:-{word}}}" # {item.description}'


def _group(shell: Shell) -> str:
    words = ["az", "group", "create", "--name", f'"${variable(GROUP_NAME)}"']
    words += ["--location", '"$LOCATION"', *_CALM]
    del shell
    return " ".join(words)


def _step(command: Command, shell: Shell) -> str:
    words = [shell.word(word) for word in command.words]
    lines = shell.read_before()
    head = ["az"]
    options: list[list[str]] = []
    for word in words:
        if word.startswith("--"):
            options.append([word])
        elif options:
            options[-1].append(word)
        else:
            head.append(word)
    rows = [" ".join(row) for row in (head, *options, list(_CALM))]
    text = " \\\n  ".join(rows)
    if command.once:
        deeper = text.replace("\n", "\n  ")
        text = f"stands {shell.id_of(command)} ||\n  {deeper}"
    return "\n".join((*_comment(command.comment), *lines, text))


def _outputs(deployment: Deployment, shell: Shell) -> Iterator[str]:
    for item in deployment.outputs:
        value = shell.word(item.value)
        yield from shell.read_before()
        yield f"printf '%s: %s\\n' {shlex.quote(item.name)} {value}"
