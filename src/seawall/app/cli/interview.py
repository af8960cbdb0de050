"""`seawall design --interview`: questions in the terminal, answers in a file."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.write import write_text

if TYPE_CHECKING:
    from seawall.design.interview import Answers, Choice

DEFAULT = Path("requirements.yaml")


class Terminal:
    """Asks in the terminal."""

    def choose(self, question: str, choices: "Sequence[Choice]", default: str) -> str:
        """Return the value of one of some choices."""
        import questionary

        shown = [questionary.Choice(it.says, value=it.value) for it in choices]
        answer: str = questionary.select(
            question, choices=shown, default=default
        ).unsafe_ask()
        return answer

    def several(
        self, question: str, choices: "Sequence[Choice]", default: Sequence[str]
    ) -> list[str]:
        """Return the values of those that are marked."""
        import questionary

        shown = [
            questionary.Choice(it.says, value=it.value, checked=it.value in default)
            for it in choices
        ]
        answer: list[str] = questionary.checkbox(question, choices=shown).unsafe_ask()
        return answer

    def text(self, question: str, default: str, fault: Callable[[str], str]) -> str:
        """Return a text of which *fault* says nothing."""
        import questionary

        answer: str = questionary.text(
            question, default=default, validate=lambda text: fault(text) or True
        ).unsafe_ask()
        return answer

    def yes(self, question: str, *, default: bool) -> bool:
        """Return whether the answer is yes."""
        import questionary

        answer: bool = questionary.confirm(question, default=default).unsafe_ask()
        return answer


def ask(path: Path, *, force: bool) -> None:
    """Ask everything, and save the answers as a file of requirements.

    Answers of a person who breaks off are kept beside the file, to begin with next
    time; the file itself is written whole or not at all.

    Raises:
        UsageError: There is no terminal, or the file exists.
        Abort: The person broke off.
    """
    from seawall.design.interview import interview, written

    if not is_terminal():
        raise click.UsageError(
            "--interview asks in a terminal, and this is none; write the file instead, "
            "from one of `examples/scenarios`"
        )
    if path.exists() and not force:
        raise click.UsageError(
            f"{path} exists; name another file for the answers, or write over it with "
            "--force"
        )
    kept = path.with_name(f".{path.name}.answers.json")
    before = _before(kept)
    if before:
        click.echo(f"answers of before are taken up from {kept}", err=True)
    answers: Answers = {}
    try:
        interview(Terminal(), answers, before)
    except KeyboardInterrupt:
        together = {**before, **answers}
        if together:
            write_text(json.dumps(together, indent=2), kept)
            click.echo(
                f"nothing was written but the answers so far, to {kept}; "
                "the next --interview begins with them",
                err=True,
            )
        raise click.Abort from None
    write_text(written(answers), path)
    kept.unlink(missing_ok=True)
    click.echo(f"answers saved to {path}", err=True)


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def _before(kept: Path) -> "Answers":
    """Return answers of an earlier talk; none if they cannot be read."""
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if _is_answer(value)}


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str | bool)
