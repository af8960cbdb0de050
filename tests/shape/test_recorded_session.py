"""The first session of a new user, as the guide shows it: keys pressed, screens seen.

The folder is empty, the questions are those of the terminal, answered by keys; then the
files are designed, written and proved again. `make golden` records the page anew.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from seawall.app.cli import interview as asking
from seawall.app.cli.main import run
from seawall.design.interview import Choice

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/guide/first-design.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
DAY = "2026-11-29"
FIVE_MINUTES = 300
ENTER, DOWN, SPACE, CLEARED = "\r", "\x1b[B", " ", "\x01\x0b"
ANSWERS: dict[str, str | bool | list[str]] = {
    "What is the cluster called?": "shop",
    "What is it for?": "locked-down",
    "How do operators come?": ["bastion"],
    "Which parts run on it": "web:8080 orders:9000",
    "What does web call?": ["orders"],
    "Which names?": "api.example.com",
    "Who calls the cluster from outside?": "public-waf",
    "Which part do they call?": "web",
    "By which name?": "shop.example.com",
    "Which services of the platform are used?": ["key-vault"],
    "What is the Key Vault called?": "kv-shop-example",
}
"""What is answered otherwise than is proposed."""


@dataclass
class Person:
    """Presses keys at the terminal's own prompts, and writes down what is asked."""

    keys: PipeInput
    lines: list[str] = field(default_factory=list)
    left: dict[str, str | bool | list[str]] = field(
        default_factory=lambda: dict(ANSWERS)
    )

    def wanted(self, question: str) -> object:
        found = next((each for each in self.left if question.startswith(each)), None)
        return None if found is None else self.left.pop(found)

    def note(self, question: str, answer: str) -> None:
        self.lines.append(f"? {question}  {answer}".rstrip())


class Noted:
    """The terminal, with somebody before it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.terminal = asking.Terminal()

    def choose(self, question: str, choices: Sequence[Choice], default: str) -> str:
        values = [each.value for each in choices]
        wanted = self.person.wanted(question) or default
        steps = (values.index(str(wanted)) - values.index(default)) % len(values)
        self.person.keys.send_text(DOWN * steps + ENTER)
        answer = self.terminal.choose(question, choices, default)
        said = next(each.says for each in choices if each.value == answer)
        self.person.note(question, said)
        return answer

    def several(
        self, question: str, choices: Sequence[Choice], default: Sequence[str]
    ) -> list[str]:
        wanted = self.person.wanted(question) or []
        assert isinstance(wanted, list)
        marks = (SPACE if each.value in wanted else "" for each in choices)
        self.person.keys.send_text(DOWN.join(marks) + ENTER)
        answer = self.terminal.several(question, choices, default)
        said = [each.says for each in choices if each.value in answer]
        self.person.note(question, ", ".join(said) or "none")
        return answer

    def text(self, question: str, default: str, fault: Callable[[str], str]) -> str:
        wanted = self.person.wanted(question)
        typed = "" if wanted is None else CLEARED + str(wanted)
        self.person.keys.send_text(typed + ENTER)
        answer = self.terminal.text(question, default, fault)
        self.person.note(question, answer)
        return answer

    def yes(self, question: str, *, default: bool) -> bool:
        self.person.keys.send_text(ENTER)
        answer = self.terminal.yes(question, default=default)
        self.person.note(question, "yes" if answer else "no")
        return answer


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    with create_pipe_input() as keys:
        someone = Person(keys)
        noted = Noted(someone)
        monkeypatch.setattr(asking, "Terminal", lambda: noted)
        with create_app_session(input=keys, output=DummyOutput()):
            yield someone


def test_the_guide_shows_the_first_session_of_a_new_user(
    person: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert not list(tmp_path.iterdir())
    start = monotonic()

    def screen(command: str) -> str:
        code = run(command.split())
        seen = capsys.readouterr()
        assert code == 0, seen
        return seen.out

    first = f"design --interview --out cluster --as-of {DAY}"
    designed = screen(first)
    assert not person.left, "a question that was expected was not asked"
    again = "test arm kubernetes intents.yaml proof/workloads.yaml"
    monkeypatch.chdir(tmp_path / "cluster")
    proved = screen(again)
    assert monotonic() - start < FIVE_MINUTES
    monkeypatch.chdir(tmp_path)
    requirements = (tmp_path / "requirements.yaml").read_text(encoding="utf-8")
    shown = [
        f"$ ls\n$ seawall {first}\n" + "\n".join(person.lines) + f"\n\n{designed}",
        f"$ cat requirements.yaml\n{requirements}",
        f"$ find cluster -type f | sort\n{listing(tmp_path)}",
        f"$ cd cluster\n$ seawall {again}\n{proved}",
    ]
    held([tidy(each) for each in shown])


def listing(folder: Path) -> str:
    files = sorted(
        each.relative_to(folder).as_posix()
        for each in (folder / "cluster").rglob("*")
        if each.is_file()
    )
    return "\n".join(files)


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def held(screens: list[str]) -> None:
    """Compare the page with what was seen, or record it."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) == len(screens)
    if os.environ.get("SEAWALL_REWRITE_GOLDEN"):
        for block, seen in reversed(list(zip(blocks, screens, strict=True))):
            text = f"{text[: block.start(1)]}{seen}\n{text[block.end(1) :]}"
        PAGE.write_text(text, encoding="utf-8")
        return
    for block, seen in zip(blocks, screens, strict=True):
        assert tidy(block.group(1)) == seen
