"""What looks restricted and is not is caught, and the mended text is left alone."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seawall.audit.discover import audit
from seawall.audit.validity.judge import judge
from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.egress.catalogue import catalogue

FILE = Path(__file__).parents[2] / "benchmarks" / "weak_spots.py"


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("weak_spots", FILE)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules["weak_spots"] = found
    spec.loader.exec_module(found)
    return found


SPOTS = module().WEAK_SPOTS


def said(files: dict[str, str], folder: Path) -> set[str]:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    case = Case(load([str(folder)]))
    found = (*audit(case), *judge(case, catalogue().as_of).findings)
    return {item.rule for item in found}


@pytest.mark.parametrize("spot", SPOTS, ids=lambda spot: spot.name)
def test_a_fault_is_told_and_its_mend_is_not(spot: Any, tmp_path: Path) -> None:
    bad = said(spot.bad, tmp_path / "bad")
    good = said(spot.good, tmp_path / "good")
    assert spot.code in bad
    assert spot.code not in good


def test_a_fault_that_does_not_stand_in_its_text_is_refused() -> None:
    spot = module().WeakSpot("x", "y", {"a": "b"}, ("a", "c", "d"))
    with pytest.raises(ValueError, match="does not stand in"):
        _ = spot.bad
