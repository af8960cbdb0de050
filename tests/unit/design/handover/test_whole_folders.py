"""Files of a design are in a folder all together, and never over somebody's edits."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.design.handover import folder as module
from seawall.design.handover.answer import Edited
from seawall.design.handover.folder import LIST, Written, hand_over
from seawall.model.diagnostic import InputError

OLD = {
    "README.md": "old\n",
    "bicep/main.bicep": "// old\n",
    "az/deploy.sh": "#!/bin/sh\n",
}
NEW = {"README.md": "new\n", "arm/main.json": "{}\n"}


def texts(folder: Path) -> dict[str, str]:
    """Return what stands in a folder, without the list."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST
    }


def test_files_of_the_last_time_that_are_not_made_any_more_go(tmp_path: Path) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    assert texts(target) == OLD
    assert hand_over(target, NEW) == Written()
    assert texts(target) == NEW
    assert not (target / "bicep").exists()


def test_scripts_can_be_run(tmp_path: Path) -> None:
    hand_over(tmp_path / "design", OLD)
    assert os.access(tmp_path / "design" / "az" / "deploy.sh", os.X_OK)
    assert not os.access(tmp_path / "design" / "README.md", os.X_OK)


def test_what_belongs_to_others_stays(tmp_path: Path) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    (target / "bicep" / "mine.bicep").write_text("// mine\n", encoding="utf-8")
    assert hand_over(target, NEW) == Written()
    assert texts(target) == {**NEW, "bicep/mine.bicep": "// mine\n"}


@pytest.mark.parametrize("name", ["README.md", "bicep/main.bicep"])
def test_edits_stop_it_and_are_shown(tmp_path: Path, name: str) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    (target / name).write_text("mine\n", encoding="utf-8")
    found = hand_over(target, NEW)
    assert isinstance(found, Edited)
    assert found.files == (name,)
    assert "\n-mine\n" in found.difference
    assert texts(target) == {**OLD, name: "mine\n"}


def test_a_file_of_somebody_else_in_the_way_is_an_edit(tmp_path: Path) -> None:
    target = tmp_path / "design"
    target.mkdir()
    (target / "README.md").write_text("mine\n", encoding="utf-8")
    assert isinstance(hand_over(target, NEW), Edited)
    assert texts(target) == {"README.md": "mine\n"}


def test_force_writes_over_edits_and_says_what_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    (target / "README.md").write_text("mine\n", encoding="utf-8")
    found = hand_over(target, NEW, force=True)
    assert isinstance(found, Written)
    assert "\n-mine\n+new\n" in found.lost
    assert texts(target) == NEW


def test_the_same_again_is_no_edit_even_without_the_list(tmp_path: Path) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    (target / LIST).write_text("not JSON", encoding="utf-8")
    assert hand_over(target, OLD) == Written()


@pytest.mark.parametrize("at", ["_fill", "_settle", "_exchange"])
@pytest.mark.parametrize("swaps", [True, False])
def test_a_failure_leaves_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, *, swaps: bool
) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    if not swaps:
        monkeypatch.setattr(module, "_exchanged", lambda *_: False)
    monkeypatch.setattr(module, at, _failing(getattr(module, at), after=0))
    with pytest.raises(InputError):
        hand_over(target, NEW)
    assert texts(target) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["design"]


def test_a_second_rename_that_fails_puts_the_first_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    monkeypatch.setattr(module, "_exchanged", lambda *_: False)
    monkeypatch.setattr(Path, "rename", _failing(Path.rename, after=1, times=1))
    with pytest.raises(InputError):
        hand_over(target, NEW)
    assert texts(target) == OLD


@pytest.mark.parametrize("swaps", [True, False])
@pytest.mark.parametrize("at", [f"os.{name}" for name in ("fsync", "link")])
def test_whoever_is_killed_leaves_the_old_or_the_new(
    tmp_path: Path, at: str, *, swaps: bool
) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    (target / "theirs").write_text("theirs\n", encoding="utf-8")
    for moment in range(6):
        _killed(target, NEW if moment % 2 else OLD, at, moment, swaps=swaps)
        assert texts(target) in (
            {**OLD, "theirs": "theirs\n"},
            {**NEW, "theirs": "theirs\n"},
        )


def test_whoever_is_killed_between_two_renames_is_mended_by_the_next(
    tmp_path: Path,
) -> None:
    target = tmp_path / "design"
    hand_over(target, OLD)
    _killed(target, NEW, "rename", 1, swaps=False)
    assert not target.exists()
    assert hand_over(target, OLD) == Written()
    assert texts(target) == OLD


def test_the_folder_that_one_stands_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    with pytest.raises(InputError, match="current folder"):
        hand_over(tmp_path, NEW)
    assert texts(tmp_path) == {}


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "design").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        hand_over(tmp_path / "design", NEW)


def _failing(
    real: Callable[..., object], *, after: int, times: int = 100
) -> Callable[..., object]:
    """Return a function that fails once it was called so often."""
    calls = 0

    def call(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if after < calls <= after + times:
            raise OSError(28, "No space left on device")
        return real(*given, **named)

    return call


def _killed(
    target: Path, files: dict[str, str], at: str, moment: int, *, swaps: bool
) -> None:
    """Hand over in a process of its own that kills itself at a moment."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    calls = 0
    owner: object = os if at.startswith("os.") else Path
    name = at.removeprefix("os.")
    real = getattr(owner, name)

    def call(*given: object, **named: object) -> object:
        nonlocal calls
        if calls == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        calls += 1
        return real(*given, **named)

    try:
        setattr(owner, name, call)
        if not swaps:
            module._exchanged = lambda *_: False  # type: ignore[assignment]
        hand_over(target, files, force=True)
    finally:
        os._exit(0)
