"""What `fuzz/` asks of each reader for hours holds for a handful of cases, always."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

FUZZ = Path(__file__).parents[2] / "fuzz"
sys.path.insert(0, str(FUZZ))

from fuzz_cases import Broken, Guard, bounded, check_spoiled, read  # noqa: E402
from fuzz_inputs import BICEP, HCL, READERS  # noqa: E402
from fuzz_loop import Fuzzing  # noqa: E402
from fuzz_types import certain  # noqa: E402

CASES = 25
GUARD = Guard()


@pytest.mark.parametrize("name", sorted(READERS))
def test_changed_inputs_end_well(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fuzzing = Fuzzing(READERS[name], 5, tmp_path)
    for _ in range(CASES):
        fuzzing.step()

    assert not fuzzing.found, list(fuzzing.found)
    assert fuzzing.told, "no change was told of: nothing was changed"


@pytest.mark.parametrize(
    ("name", "text", "old", "new"),
    [
        ("bicep", BICEP, "count: 2", "c@ount: 2"),
        ("bicep", BICEP, "count: 2", "count: 2 2"),
        ("bicep", BICEP, "access: 'Deny'", "acc%%ess: 'Deny'"),
        (
            "bicep",
            BICEP,
            "properties: {\n          priority",
            "prop@erties: {\n priority",
        ),
        ("hcl", HCL, 'resource "azurerm_subnet_n', 'reso\\urce "azurerm_subnet_n'),
        ("hcl", HCL, "security_rule {", "security%%_rule {"),
        ("hcl", HCL, "access                     =", "access %% ="),
    ],
)
def test_no_certain_verdict_comes_of_what_cannot_be_read(
    name: str,
    text: str,
    old: str,
    new: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in text

    found = check_spoiled(READERS[name], text, lambda it: it.replace(old, new), GUARD)

    assert found is None


def test_the_guard_sees_what_is_opened_outside_of_the_input(tmp_path: Path) -> None:
    def reaches_out() -> None:
        with GUARD.around(tmp_path):
            (tmp_path.parent / "elsewhere").write_text("x")

    with pytest.raises(Broken, match="reached out of the input"):
        reaches_out()


@pytest.mark.parametrize("name", ["main.tf", "main.bicep"])
def test_an_input_that_names_files_outside_opens_none(name: str) -> None:
    reader = next(it for it in READERS.values() if it.file == name)
    text = {
        "main.tf": 'locals { a = file("/etc/passwd") }\n'
        'module "m" { source = "../x" }\n',
        "main.bicep": "var a = loadTextContent('../../../etc/passwd')\n"
        "module m '../x.bicep' = { name: 'm' }\n",
    }[name]

    assert read(reader, text.encode(), GUARD)


def test_what_takes_too_long_is_ended() -> None:
    def turns_for_ever() -> None:
        with bounded(0.05):
            while True:
                pass

    with pytest.raises(Broken, match="more than"):
        turns_for_ever()


@pytest.mark.parametrize("name", ["kubernetes", "calico", "cilium"])
def test_no_certain_verdict_comes_of_a_value_of_another_type(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = replace(READERS[name], globs=())
    fuzzing = Fuzzing(own, 5, tmp_path, types=1.0)
    for _ in range(CASES // 2):
        fuzzing.step()

    assert not fuzzing.found, list(fuzzing.found)
    assert fuzzing.retypes


def test_a_certain_verdict_that_comes_of_another_type_is_seen() -> None:
    reader = READERS["azure"]
    old, new = reader.texts[0], reader.texts[0].replace('"Deny"', '"Allow"')
    assert old != new

    assert certain(reader, old.encode(), new.encode(), GUARD)
