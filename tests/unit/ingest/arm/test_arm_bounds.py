"""No template makes the reader hang, fill the memory or end in a traceback."""

import json
import time
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from arm_templates import records, said, template
from seawall.ingest.arm.language import evaluate

MANY = "range(0, 10000)"
SECONDS = 20
"""Far more than any of these takes on a slow machine; unbounded ones take ages."""


@pytest.fixture
def _few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "MOST_STEPS", 20_000)
    monkeypatch.setattr(evaluate, "MOST_MADE", 100_000)


def doubled(form: str, start: object) -> dict[str, object]:
    """Return variables of which each is made of the one before, twice."""
    out: dict[str, object] = {"v0": start}
    for index in range(1, 60):
        before = f"variables('v{index - 1}')"
        out[f"v{index}"] = f"[{form.format(before)}]"
    return {**out, "a": "[variables('v59')]"}


def copied(depth: int) -> object:
    inner: object = 1
    for level in range(depth):
        inner = {"copy": [{"name": f"c{level}", "count": 800, "input": inner}]}
    return inner


BOMBS: dict[str, dict[str, object]] = {
    "texts": doubled("concat({0}, {0})", "some text"),
    "texts with holes": doubled("concat({0}, {0})", "[uniqueString('x')]"),
    "arrays": doubled("concat({0}, {0})", [1, 2]),
    "arrays of arrays": doubled("createArray({0}, {0})", 1),
    "objects": doubled("createObject('a', {0}, 'b', {0})", 1),
    "loops in loops": {
        "a": f"[map({MANY}, lambda('x', map({MANY}, lambda('y', map({MANY}, "
        "lambda('z', 1))))))]"
    },
    "depth by a loop": {
        "a": f"[reduce({MANY}, 1, lambda('x', 'y', createArray(lambdaVariables('x'))))]"
    },
    "length by a loop": {
        "a": f"[reduce({MANY}, 'x', lambda('a', 'b', concat(lambdaVariables('a'), "
        "lambdaVariables('a'))))]"
    },
    "a long chain": {
        "a": "[variables('v0')]",
        **{f"v{index}": f"[variables('v{index + 1}')]" for index in range(3000)},
    },
    "deep data": {"a": reduce(lambda inner, _: [inner], range(800), 1)},  # type: ignore[arg-type,return-value]
    "copies of copies": {"a": copied(4)},
    "padding": {"a": "[padLeft('a', 2000000000)]"},
    "a long format": {"a": f"[format('{'{0}' * 3000}', string({MANY}))]"},
    "replacements": {"a": f"[replace(string({MANY}), ',', string({MANY}))]"},
}


@pytest.mark.usefixtures("_few_steps")
@pytest.mark.parametrize("variables", BOMBS.values(), ids=BOMBS.keys())
def test_what_would_grow_without_end_is_told(variables: dict[str, object]) -> None:
    thing = {"type": "A.B/c", "name": "x", "properties": {"v": "[variables('a')]"}}
    started = time.process_time()
    found, notes = records(template(thing, variables=variables))

    assert time.process_time() - started < SECONDS
    assert found["a.b/c/x"].body.get("v").unresolved or any(
        "evaluated" in it for it in said(notes)
    )


@pytest.mark.usefixtures("_few_steps")
def test_a_function_that_calls_itself_is_told() -> None:
    again = "[createArray(n.f(parameters('p')), n.f(parameters('p')))]"
    member = {"parameters": [{"name": "p"}], "output": {"value": again}}
    thing = {"type": "A.B/c", "name": "x", "properties": {"v": "[n.f(1)]"}}
    functions = [{"namespace": "n", "members": {"f": member}}]
    _, notes = records(template(thing, functions=functions))

    assert said(notes)


@pytest.mark.usefixtures("_few_steps")
@pytest.mark.parametrize("copies", [1, 800])
def test_templates_that_link_to_each_other_end(copies: int) -> None:
    def link(to: str) -> dict[str, Any]:
        return {
            "type": "Microsoft.Resources/deployments",
            "name": "[format('n{0}', copyIndex())]",
            "copy": {"name": "n", "count": copies},
            "properties": {"templateLink": {"relativePath": to}},
        }

    _, notes = records(
        template(link("other.json")), ("other.json", template(link("main.json")))
    )

    assert said(notes)


JUNK: list[object] = [None, True, -1, "", "[", "[f(", [], {}, [[]], {"a": None}]
PLACES = ("type", "name", "condition", "copy", "properties", "scope", "resources")


@pytest.mark.parametrize("junk", JUNK, ids=json.dumps)
def test_junk_in_any_place_is_read_past(junk: object) -> None:
    good = {"type": "A.B/c", "name": "good", "properties": {}}
    bad = [
        {"type": "A.B/c", "name": "bad", "properties": {}, place: junk}
        for place in PLACES
    ]
    nested = {"type": "Microsoft.Resources/deployments", "name": "n"}
    bad += [{**nested, "properties": {key: junk}} for key in ("template", "parameters")]
    bad += [{**nested, "properties": {"templateLink": {"relativePath": junk}}}]
    found, _ = records(template(good, junk, *bad))

    assert "a.b/c/good" in found
    for section in ("parameters", "variables", "functions", "outputs", "definitions"):
        thing = {"type": "A.B/c", "name": "x", "properties": {"v": "[my.f(1)]"}}
        thing["tags"] = "[concat(parameters('a'), variables('a'))]"
        records(template(good, thing, **{section: junk}))
    records({"contentVersion": "1", "resources": junk})


CORPORA = Path(__file__).parents[5] / "shared" / "corpora" / "arm"


@pytest.mark.corpora
def test_recorded_templates_are_read_without_an_internal_error() -> None:
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not here")
    read = 0
    started = time.process_time()
    for path in sorted(CORPORA.rglob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(value, dict) and "resources" in value:
            records(value)
            read += 1
    assert read
    assert time.process_time() - started < SECONDS
