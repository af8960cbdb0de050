"""How names that only a deployment tells are shown to people."""

import re

import pytest

from seawall.ingest.arm.language.values import Text, Unknown
from seawall.ingest.arm.targets import rendered


def shown(key: str) -> str:
    return rendered(Unknown(key, "why")) or ""


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("passed '/subscriptions/x'+y subnetName", "parameter subnetName"),
        ("lost /home/a/main.bicep:12", "unreadable main.bicep:12"),
        ("lost main.bicep:12", "unreadable main.bicep:12"),
        ("fault at ('main.json', ('a',))", "faulty value"),
        ("member('x','y')", "part"),
        ("above(name,0)", "parent"),
        ("uniquestring(a)", "uniquestring"),
        ("secret @main.json/x", "secret"),
    ],
)
def test_what_is_not_known_is_called_by_words_for_people(key: str, says: str) -> None:
    found = shown(key)

    assert re.fullmatch(rf"\{{{re.escape(says)} [0-9a-f]{{8}}\}}", found), found


@pytest.mark.parametrize("key", ["parameters('name')", "resource-group"])
def test_what_reads_well_already_is_shown_as_it_is(key: str) -> None:
    assert shown(key) == f"{{{key}}}"


def test_what_differs_is_shown_differently_and_never_breaks_an_id() -> None:
    keys = ["passed 'a' n", "passed 'b' n", "lost a/m.bicep:1", "lost b/m.bicep:1"]
    told = [shown(it) for it in keys]

    assert len(set(told)) == len(keys)
    odd = rendered(Text(("a-", Unknown("passed 'x' we/ird{name}", "why")))) or ""
    assert "/" not in odd
    assert odd.count("{") == odd.count("}") == 1
