"""That one segment makes stated requests of another alone is read back."""

from datetime import date
from pathlib import Path

import pytest

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, Surface, make
from seawall.design.handover.requests import asked, only_these
from seawall.design.objects.place import Place, places_of
from seawall.design.requirements.read import read_requirements
from seawall.ingest import load
from seawall.model.snapshot import Snapshot

DAY = date(2026, 11, 29)
SCENARIO = Path(__file__).parents[4] / "examples/scenarios/layer-seven.yaml"
RULES = """\
          rules:
            http:
              - method: GET
                path: /prices/.*
"""
REQUESTS = asked(("GET",), ("/prices/.*",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs, _ = read_requirements(SCENARIO, DAY)
    assert needs is not None
    decided = choose(needs, DAY)
    assert isinstance(decided, Decided)
    there = tmp_path_factory.mktemp("design") / "it"
    made = make(needs, decided, (Surface.ARM,), there, as_of=DAY)
    assert isinstance(made, HandedOver), made
    said = {item.says: item.is_read for item in made.proof.settings}
    assert said["shop asks prices for GET /prices/.* alone"]
    return there


@pytest.fixture(scope="module")
def places() -> tuple[Place, ...]:
    needs, _ = read_requirements(SCENARIO, DAY)
    assert needs is not None
    return places_of(needs)


def read(folder: Path, copy: Path, old: str = "", new: str = "") -> Snapshot:
    """Return what is read with one text of the called segment changed."""
    for name in ("arm", "kubernetes", "proof"):
        for path in (folder / name).rglob("*.*"):
            text = path.read_text(encoding="utf-8")
            if path.name == "20-prices.yaml":
                assert old in text
                text = text.replace(old, new) if old else text + new
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return load([copy])


def test_the_requests_that_were_stated_are_found(
    folder: Path, places: tuple[Place, ...], tmp_path: Path
) -> None:
    shop, prices = places
    assert only_these(shop, prices, (8080,), REQUESTS)(read(folder, tmp_path)) == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("method: GET", "method: POST", "more than these requests may be"),
        ("path: /prices/.*", "path: /.*", "more than these requests may be"),
        (
            "              - method: GET\n",
            "              - method: PUT\n              - method: GET\n",
            "more than these requests may be",
        ),
        (RULES, "", "everything is allowed"),
        ("port: '8080'", "port: '8081'", "everything is denied"),
    ],
)
def test_whatever_else_may_pass_is_told(
    folder: Path,
    places: tuple[Place, ...],
    tmp_path: Path,
    old: str,
    new: str,
    says: str,
) -> None:
    shop, prices = places
    snapshot = read(folder, tmp_path, old, new)
    assert says in only_these(shop, prices, (8080,), REQUESTS)(snapshot)


def test_a_second_policy_with_other_requests_is_told(
    folder: Path, places: tuple[Place, ...], tmp_path: Path
) -> None:
    shop, prices = places
    text = (folder / "kubernetes/20-prices.yaml").read_text(encoding="utf-8")
    policy = text[text.rindex("---") :].replace("prices-requests", "more")
    more = policy.replace("method: GET", "method: DELETE")
    snapshot = read(folder, tmp_path, "", more)
    found = only_these(shop, prices, (8080,), REQUESTS)(snapshot)
    assert "more than these requests" in found
