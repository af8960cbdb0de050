"""Whatever stands in files of Terraform, reading ends, soon, and without a fault."""

import random
import re
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.ingest import load
from seawall.ingest.terraform.evaluation.evaluate import Machine, Scope
from seawall.ingest.terraform.evaluation.functions.calls import Functions
from seawall.ingest.terraform.evaluation.functions.files import Files
from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Exhausted,
    Failed,
    Unknown,
    Value,
)
from seawall.ingest.terraform.language.parser import parse
from terraform_folders import CLUSTER

PIECES = st.sampled_from(
    [
        *"()[]{}\"'$%~?:=,.*!-+<>&|#\n\\ 0",
        "${",
        "%{",
        "${~",
        "~}",
        "<<EOT\n",
        "<<-E\n",
        "EOT\n",
        "/*",
        "*/",
        "//",
        "...",
        "=>",
        "for ",
        " in ",
        "if ",
        "else",
        "endif",
        "endfor",
        "null",
        "true",
        "a",
        "var.a",
        "local.x",
        "each.value",
        '"x"',
        "1e999",
        "99999999999999999999",
        "resource ",
        'resource "azurerm_subnet" "s" {\n',
        "dynamic ",
        "content {",
        "\u0000",
        "\ud7ff",
        "é",
    ]
)
WORDS = (
    "null",
    "true",
    '""',
    '"-1"',
    "[]",
    "{}",
    "-1",
    "1e300",
    "hidden",
    "subnet",
    '[1, "a", null]',
    '{ a = 1, "b" = [hidden] }',
    '"${hidden}/x"',
    '"10.0.0.0/8"',
)
NAMES: dict[str, Value] = {"hidden": Unknown("x"), "subnet": Unknown("y", set=True)}
FUNCTIONS = sorted(
    {
        *re.findall(
            r"^    \"(\w+)\": ",
            "\n".join(
                path.read_text(encoding="utf-8")
                for path in (
                    Path(__file__).parents[2]
                    / "src/seawall/ingest/terraform/evaluation/functions"
                ).glob("*.py")
            ),
            re.MULTILINE,
        ),
        *("try", "can", "toset", "tolist", "tomap", "tonumber", "tostring", "tobool"),
        *("file", "templatefile", "fileexists", "lookup", "timestamp"),
    }
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_every_text_is_read_or_refused(text: str) -> None:
    script = parse(text, "main.tf")
    for fault in script.faults:
        assert 1 <= fault.line <= text.count("\n") + 1


@settings(max_examples=400, deadline=2000)
@given(
    st.sampled_from(FUNCTIONS),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.booleans(),
)
def test_every_function_takes_or_refuses_what_it_is_given(
    name: str,
    words: list[str],
    spread: bool,  # noqa: FBT001
) -> None:
    dots = "..." if spread and words else ""
    script = parse(f"x = {name}({', '.join(words)}{dots})\n", "")
    assert not script.faults
    budget = Budget(50_000)
    machine = Machine(Functions(Files(), budget), budget)
    with suppress(Failed, Exhausted):
        Scope(machine, NAMES).value(script.body.arguments["x"].value)
    assert machine.depth >= 0


OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", "&&", "||")
EXPRESSIONS = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        st.tuples(
            inner,
            st.sampled_from(OPERATORS),
            inner,
        ).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} ? {it[1]} : {it[2]})"),
        inner.map(lambda it: f"[for k, v in {it} : v]"),
        inner.map(lambda it: f"{{ for k, v in {it} : k => v... if v != null }}"),
        inner.map(lambda it: f"{it}[*].a"),
        inner.map(lambda it: f"{it}[0]"),
        inner.map(lambda it: f"{it}.a"),
        inner.map(lambda it: f'"%{{ for x in {it} }}${{x}}%{{ endfor }}"'),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(
            lambda it: f"{it[0]}({it[1]})"
        ),
    ),
    max_leaves=8,
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(EXPRESSIONS, min_size=1, max_size=4))
def test_every_expression_may_stand_in_every_argument(
    tmp_path: Path, texts: list[str]
) -> None:
    names = iter(texts * 50)
    text = re.sub(r"= (.*)", lambda _it: f"= {next(names)}", CLUSTER)
    text = text.replace("hidden", "var.hidden").replace("subnet", "azurerm_subnet")
    (tmp_path / "main.tf").write_text(
        text + '\nvariable "hidden" {}\n', encoding="utf-8"
    )
    load([tmp_path])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32))
def test_a_configuration_with_errors_is_read_as_far_as_it_goes(
    tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311
    lines = CLUSTER.splitlines()
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(lines))
        match draw.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw.choice(lines))
            case 2:
                cut = draw.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut]
            case _:
                lines[at] = lines[at].replace("=", draw.choice('{}[]()"=:,'))
    (tmp_path / "main.tf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load([tmp_path])
