"""The interview asks what matters, takes what the reader takes, and loses no answer."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from seawall.app.cli import interview as asking
from seawall.app.cli.main import run
from seawall.design import handover
from seawall.design.handover import HandedOver, Proof, Settled
from seawall.design.interview import Answers, Choice, interview, written
from seawall.design.interview.document import fault
from seawall.design.requirements.needs import Access, Desk, Egress, WayIn
from seawall.design.requirements.presets import PRESETS
from seawall.design.requirements.read import read_requirements

DAY = date(2026, 9, 1)
PROOF = Proof((), (), (Settled((), "it is so"),), 0)
ENTER = "\r"
DOWN = "\x1b[B"
INTERRUPT = "\x03"


class Scripted:
    """Answers by the beginning of a question; the default where none is given."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.refused: list[str] = []

    def answer(self, question: str, default: object) -> object:
        self.asked.append(question)
        for part, answer in self.answers.items():
            if part.replace("_", " ") in question:
                return answer
        return default

    def choose(self, question: str, choices: Sequence[Choice], default: str) -> str:
        answer = self.answer(question, default)
        assert answer in [choice.value for choice in choices]
        return str(answer)

    def several(
        self, question: str, choices: Sequence[Choice], default: Sequence[str]
    ) -> list[str]:
        del choices
        answer = self.answer(question, list(default))
        assert isinstance(answer, list)
        return answer

    def text(self, question: str, default: str, fault: Callable[[str], str]) -> str:
        answer = self.answer(question, default)
        for text in answer if isinstance(answer, list) else [str(answer)]:
            says = fault(text)
            if not says:
                return str(text)
            self.refused.append(says)
        raise AssertionError(self.refused)

    def yes(self, question: str, *, default: bool) -> bool:
        return self.answer(question, default) is True


def file_of(folder: Path, asker: Scripted) -> Path:
    answers: Answers = {}
    interview(asker, answers)
    path = folder / "requirements.yaml"
    path.write_text(written(answers), encoding="utf-8")
    return path


@pytest.mark.parametrize("preset", PRESETS)
def test_defaults_of_each_preset_make_requirements_that_can_be_read(
    tmp_path: Path, preset: str
) -> None:
    asker = Scripted(What_is_it_for=preset)
    found, told = read_requirements(file_of(tmp_path, asker), DAY)
    assert not told, list(map(str, told))
    assert found is not None
    assert found.preset == preset
    assert (found.access is Access.ANYWHERE) == (preset == "learning")


def test_answers_are_written_as_they_were_meant(tmp_path: Path) -> None:
    asker = Scripted(
        cluster_called="shop",
        How_do_operators=["vpn", "bastion"],
        come_by_vpn="10.250.0.0/24",
        Which_parts="web:8080 pay:8443",
        What_does_web=["pay"],
        What_may_pods="names",
        Which_names="api.example.com, *.example.org",
        from_outside="public-waf",
        Which_part_do="web",
        By_which_name="shop.example.com",
        Which_services=["storage"],
        the_Storage_called="stshop",
        How_many="20",
        May_an_Azure=False,
    )
    path = file_of(tmp_path, asker)
    found, told = read_requirements(path, DAY)
    assert not told, list(map(str, told))
    assert found is not None
    assert [item.desk for item in found.operators] == [Desk.VPN, Desk.BASTION]
    assert str(found.addresses.on_premises[0]) == "10.250.0.0/24"
    assert found.segments[0].calls[0].segment == "pay"
    assert found.egress is Egress.NAMES
    assert [item.name for item in found.names] == ["api.example.com", "*.example.org"]
    assert found.entries[0].way is WayIn.PUBLIC_WAF
    assert (found.entries[0].segment, found.entries[0].port) == ("web", 8080)
    assert found.services[0].name == "stshop"
    assert found.scale.nodes == 20
    assert found.limits.firewall is False
    text = path.read_text(encoding="utf-8")
    assert (
        "# Who reaches it: `anywhere`, `private`, or a list of public ranges." in text
    )


def test_only_what_matters_is_asked(tmp_path: Path) -> None:
    asker = Scripted(Who_may_reach="anywhere", What_may_pods="none", policies="none")
    file_of(tmp_path, asker)
    asked = "\n".join(asker.asked)
    for never in ("operators", "fixed", "stay the same", "closed unless", "paid for"):
        assert never not in asked
    assert "Windows" in asked


def test_windows_is_not_offered_where_policies_exclude_it(tmp_path: Path) -> None:
    asker = Scripted(How_must="names")
    file_of(tmp_path, asker)
    assert not [question for question in asker.asked if "Windows" in question]


def test_an_answer_that_cannot_be_is_refused_in_the_words_of_the_reader(
    tmp_path: Path,
) -> None:
    asker = Scripted(
        In_which_region=["westeurop", "westeurope"],
        Which_parts=["Web:8080", "web:80800", "web:8080"],
        How_many=["", "none", "3"],
        Which_addresses_may=["10.0.0.0/40", "10.2.0.0/16 10.2.3.0/24", ""],
    )
    file_of(tmp_path, asker)
    said = "\n".join(asker.refused)
    assert "did you mean `westeurope`" in said
    assert "`Web` is no name of a segment" in said
    assert "the port 80800 is not between 1 and 65535" in said
    assert "nothing is written" in said
    assert "not a whole number" in said
    assert "is no range of addresses; write a network and a length" in said
    assert "overlaps the space 10.2.0.0/16; keep the one that is meant" in said
    assert "answers#" not in said


def test_answers_of_before_are_defaults(tmp_path: Path) -> None:
    del tmp_path
    asker = Scripted()
    answers: Answers = {}
    interview(asker, answers, {"name": "old", "egress": "firewall", "windows": True})
    assert (answers["name"], answers["egress"]) == ("old", "firewall")


@given(st.data())
def test_whatever_is_answered_can_be_read(data: st.DataObject) -> None:
    class Drawn(Scripted):
        def choose(self, question: str, choices: Sequence[Choice], default: str) -> str:
            del question, default
            return data.draw(st.sampled_from([choice.value for choice in choices]))

        def several(
            self, question: str, choices: Sequence[Choice], default: Sequence[str]
        ) -> list[str]:
            del question, default
            values = [choice.value for choice in choices]
            return data.draw(st.lists(st.sampled_from(values), unique=True))

        def yes(self, question: str, *, default: bool) -> bool:
            del question, default
            return data.draw(st.booleans())

    asker = Drawn(
        public_ranges="203.0.113.0/24",
        resource_ID="/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
        "/virtualNetworks/v",
        come_by_vpn="10.250.0.0/24",
        come_by_expressroute="10.251.0.0/24",
        come_by_peering="10.252.0.0/24",
        Which_parts="web:8080 pay:8443 batch",
        Key_Vault_called="kv-shop",
        Storage_called="stshop",
        Container_Registry="crshop",
        Azure_SQL="sql-shop",
        Cosmos="cosmos-shop",
    )
    answers: Answers = {}
    interview(asker, answers)
    assert fault(answers) == ""


# In a terminal


@pytest.fixture
def keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], None]]:
    """Send keys to the prompts; what is made afterwards is replaced."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr(
        handover,
        "make",
        lambda *_, **__: HandedOver(Path("out"), (), PROOF),
    )
    with create_pipe_input() as pipe:
        source: PipeInput = pipe
        with create_app_session(input=source, output=DummyOutput()):
            yield source.send_text


def test_a_person_who_accepts_everything_has_a_design(
    keys: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys(ENTER * 40)
    assert run(["design", "--interview", "--as-of", "2026-09-01"]) == 0
    shown = capsys.readouterr()
    assert "answers saved to requirements.yaml" in shown.err
    assert "DECISIONS" in shown.out
    assert "name: cluster" in Path("requirements.yaml").read_text(encoding="utf-8")
    assert not list(Path().glob(".*"))


def test_keys_choose_and_write(keys: Callable[[str], None]) -> None:
    keys("-7" + ENTER + ENTER + DOWN + ENTER + ENTER * 40)
    assert run(["design", "--interview", "mine.yaml", "--as-of", "2026-09-01"]) == 0
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert "name: cluster-7" in text
    assert "preset: locked-down" in text


def test_a_person_who_breaks_off_loses_no_answer_and_nothing_is_half_written(
    keys: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys("-7" + ENTER + ENTER + INTERRUPT)
    assert run(["design", "--interview"]) == 130
    assert "nothing was written but the answers so far" in capsys.readouterr().err
    kept = Path(".requirements.yaml.answers.json")
    assert json.loads(kept.read_text(encoding="utf-8")) == {
        "name": "cluster-7",
        "region": "westeurope",
    }
    assert not Path("requirements.yaml").exists()
    keys(ENTER * 40)
    assert run(["design", "--interview", "--as-of", "2026-09-01"]) == 0
    assert "name: cluster-7" in Path("requirements.yaml").read_text(encoding="utf-8")
    assert not kept.exists()


def test_a_file_that_exists_is_not_written_over(
    keys: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("requirements.yaml").write_text("mine", encoding="utf-8")
    assert run(["design", "--interview"]) == 2
    assert "exists; name another file" in capsys.readouterr().err
    keys(ENTER * 40)
    assert run(["design", "--interview", "--force", "--as-of", "2026-09-01"]) == 0


def test_without_a_terminal_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(asking, "is_terminal", lambda: False)
    assert run(["design", "--interview"]) == 2
    assert "asks in a terminal" in capsys.readouterr().err
    assert not list(Path().iterdir())


@pytest.mark.parametrize("text", ["[", "[1]", '{"name": 7, "egress": "none"}'])
def test_kept_answers_that_cannot_be_read_are_left_out(
    keys: Callable[[str], None], text: str
) -> None:
    Path(".requirements.yaml.answers.json").write_text(text, encoding="utf-8")
    keys(ENTER * 40)
    assert run(["design", "--interview", "--as-of", "2026-09-01"]) == 0
    assert "name: cluster" in Path("requirements.yaml").read_text(encoding="utf-8")
