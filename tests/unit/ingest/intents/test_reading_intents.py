"""Files of intents are read as written, and every fault is told at its line."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from reading import read, told
from seawall.ingest import load
from seawall.model.intent import Demand, Intent
from seawall.model.snapshot import Snapshot

HEAD = "apiVersion: seawall/v1\nkind: Intents\n"


def intents(folder: Path, text: str) -> Snapshot:
    return read(folder, HEAD + text)


def only(snapshot: Snapshot) -> Intent:
    (found,) = snapshot.intents
    return found


def test_an_intent_keeps_its_ends_ports_and_exceptions_as_written(
    tmp_path: Path,
) -> None:
    found = only(
        intents(
            tmp_path,
            """
groups: {cards: [ns:payments, ns:vault], all-cards: cards}
intents:
  - name: Development never reaches cards
    forbid: {from: ns:dev, to: all-cards, ports: [443, udp/53]}
    except:
      - {from: dev/audit, reason: quarterly export, expires: 2027-03-31}
    because: PCI DSS 1.3
""",
        )
    )
    assert found.demand is Demand.FORBID
    assert [str(item) for item in found.sources] == ["ns:dev"]
    assert [str(item) for item in found.destinations] == ["ns:payments", "ns:vault"]
    assert [str(item) for item in found.ports] == ["443", "udp/53"]
    (excepted,) = found.exemptions
    assert excepted.reason == "quarterly export"
    assert excepted.expires == date(2027, 3, 31)
    assert (found.because, found.fault) == ("PCI DSS 1.3", "")
    assert found.origin.line == 6


def test_an_intent_without_a_name_is_called_by_what_it_says(tmp_path: Path) -> None:
    found = only(intents(tmp_path, "intents: [{forbid: {from: ns:a, to: ns:b}}]\n"))
    assert found.name == "forbid ns:a -> ns:b"


FAULTS = {
    "intents: [{forbid: {fro: ns:a, to: ns:b}}]": (
        "`fro` is no key of `forbid`",
        "write `from`",
    ),
    "intents: [{forbid: {to: ns:b}}]": ("`forbid` has no `from`", ""),
    "intents: [{forbid: {from: [], to: ns:b}}]": (
        "an end in `from` is an empty list",
        "",
    ),
    "intents: [{forbid: {from: ns:a, to: [{a: b}]}}]": ("is not a text", ""),
    "intents: [{forbid: {from: ns:a, to: ns:b}, only: {from: x, to: y}}]": (
        "demands two things",
        "",
    ),
    "intents: [{name: nothing}]": ("demands nothing", ""),
    "intents: [{preset: tenant-isolatoin}]": ("is no preset", ""),
    "intents: [{preset: tenant-isolation, tenants: {a: ns:a}}]": (
        "there is one tenant",
        "",
    ),
    "intents: [{preset: tenant-isolation}]": ("the preset has no `tenants`", ""),
    "intents: [{forbid: {from: ns:a, to: ns:b}, except: {from: a/x}}]": (
        "gives no `reason`",
        "",
    ),
    "intents: [{forbid: {from: ns:a, to: ns:b}, except: {reason: all}}]": (
        "excepts everything",
        "",
    ),
    "intents: [{forbid: {from: ns:a, to: ns:b}, "
    "except: {from: a/x, reason: r, expires: soon}}]": ("`soon` is not a day", ""),
    "intents: [{require: {from: a/x, to: y.z, path: public}}]": ("is no path", ""),
    "intents: [{forbid: {from: ns:a, to: ns:b, path: private}}]": (
        "`path` is no key",
        "",
    ),
    "groups: {g: g}\nintents: [{forbid: {from: g, to: ns:b}}]": (
        "group `g` holds itself",
        "",
    ),
    "groups: {g: [7.5]}\nintents: [{forbid: {from: g, to: ns:b}}]": (
        "an end in group `g` is not a text",
        "",
    ),
    "intents: [{forbid: {from: ns:a, from: ns:c, to: ns:b}}]": (
        "`from` stands twice",
        "",
    ),
    "intents: [7]": ("an intent is not a mapping", ""),
    "intents: [{preset: tenant-isolation, tenants: {}}]": ("there is no tenant", ""),
    "groups: {pods: ns:c}\nintents: [{forbid: {from: pods, to: ns:b}}]": (
        "`pods` is no name for a group",
        "",
    ),
    "groups: {a/b: ns:c}\nintents: [{forbid: {from: a/b, to: ns:b}}]": (
        "`a/b` is no name for a group",
        "",
    ),
    "intents: []": ("the file lists no `intents`", ""),
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_told_and_its_intent_is_kept_as_one_that_cannot_be_judged(
    tmp_path: Path, text: str
) -> None:
    what, mend = FAULTS[text]
    snapshot = intents(tmp_path, text)
    fault = next(item for item in told(snapshot) if what in item.what)
    assert mend in fault.mend
    assert fault.why
    assert fault.origin is not None
    assert fault.origin.line is not None
    assert all(item.fault for item in snapshot.intents)
    assert snapshot.intents


def test_a_fault_in_one_intent_leaves_the_others_alone(tmp_path: Path) -> None:
    snapshot = intents(
        tmp_path,
        """
intents:
  - forbid: {from: ns:a}
  - forbid: {from: ns:a, to: ns:b}
""",
    )
    bad, good = snapshot.intents
    assert bad.fault
    assert not good.fault


@pytest.mark.parametrize(
    "head",
    [
        "apiVersion: seawall/v2\nkind: Intents\n",
        "apiVersion: seawall/v1\nkind: Intent\n",
    ],
)
def test_what_is_of_another_version_is_not_guessed(tmp_path: Path, head: str) -> None:
    snapshot = read(tmp_path, head + "intents: [{forbid: {from: ns:a, to: ns:b}}]\n")
    assert "is not of `apiVersion" in told(snapshot)[0].what
    assert only(snapshot).fault


def test_a_preset_stands_for_intents_of_the_common_kind(tmp_path: Path) -> None:
    snapshot = intents(
        tmp_path,
        """
intents:
  - preset: tenant-isolation
    name: Tenants
    tenants: {blue: ns:blue, red: [ns:red, ns:rot]}
  - preset: pci-segment
    segment: ns:cards
    connected: web/front
  - preset: no-internet-egress
""",
    )
    assert told(snapshot) == []
    assert [(item.name, item.demand) for item in snapshot.intents] == [
        ("Tenants: blue never reaches red", Demand.FORBID),
        ("Tenants: red never reaches blue", Demand.FORBID),
        ("only what is connected reaches the segment", Demand.ONLY),
        (
            "the segment reaches only what is connected, and what is named",
            Demand.CONFINE,
        ),
        ("the segment denies by default", Demand.DEFAULT_DENY),
        ("nothing leaves for the internet", Demand.FORBID),
    ]
    segment = snapshot.intents[2]
    assert [str(item) for item in segment.sources] == ["ns:cards", "web/front"]
    assert [str(item) for item in snapshot.intents[-1].sources] == ["pods"]


def test_files_are_taken_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(
            HEAD + f"intents: [{{name: {name}, forbid: {{from: ns:a, to: ns:b}}}}]\n",
            encoding="utf-8",
        )
    paths = [tmp_path / "b.yaml", tmp_path / "a.yaml"]
    assert [item.name for item in load(paths).intents] == ["a", "b"]


def test_json_will_do(tmp_path: Path) -> None:
    path = tmp_path / "intents.json"
    path.write_text(
        '{"apiVersion": "seawall/v1", "kind": "Intents", "intents": '
        '[{"forbid": {"from": "ns:a", "to": "ns:b"}}]}',
        encoding="utf-8",
    )
    assert not only(load([path])).fault


SCHEMA = jsonschema.Draft202012Validator(
    json.loads(
        files("seawall.query").joinpath("schemas/intents-v1.json").read_text("utf-8")
    )
)
EXAMPLE = Path(__file__).parents[4] / "examples" / "contoso" / "intents.yaml"
_NOT_OF_SHAPE = ("holds itself",)
"""Faults that a schema cannot tell."""


def value_of(text: str) -> object:
    """Return a text of YAML as JSON has it: days are texts."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_schema_takes_what_the_reader_takes() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    SCHEMA.validate(value_of(text))
    assert not any(item.fault for item in load([EXAMPLE]).intents)


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    what, _ = FAULTS[text]
    if "stands twice" in what or any(word in what for word in _NOT_OF_SHAPE):
        return
    assert not SCHEMA.is_valid(value_of(HEAD + text))


GOOD = "intents: [{forbid: {from: ns:a, to: ns:b}}]\n"


@pytest.mark.parametrize(
    ("broken", "ending"),
    [
        (HEAD + "intents: [{forbid: {from: [", "yaml"),
        ('{"kind": "Intents", "intents": [', "json"),
    ],
)
def test_a_file_of_intents_that_is_broken_stays_among_them(
    tmp_path: Path, broken: str, ending: str
) -> None:
    (tmp_path / f"broken.{ending}").write_text(broken)
    lost, kept = intents(tmp_path, GOOD).intents[::-1]
    assert not kept.fault
    assert lost.fault.startswith("not valid")
    assert lost.name.endswith(f"broken.{ending}")


def test_another_broken_file_holds_no_intents(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kind: Pod\nmetadata: [\n")
    assert not only(intents(tmp_path, GOOD)).fault


def test_requirements_of_a_design_beside_them_are_not_theirs(tmp_path: Path) -> None:
    needs = "apiVersion: seawall/v1\nkind: Requirements\nname: a\nregion: westus\n"
    found = read(
        tmp_path, needs, HEAD + "intents: [{forbid: {from: ns:a, to: ns:b}}]\n"
    )
    assert len(found.intents) == 1
    assert not told(found)
