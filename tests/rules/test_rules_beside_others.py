"""Every audit rule on the good example of every other rule.

An example shows one thing and leaves the rest as Azure makes it, so others may find
something there, and each time they are right: the table says what. What it does not say
would be a false alarm, or a finding that has gone missing.
"""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.discover import all_rules, audit
from seawall.audit.rule import Rule
from seawall.ingest import load
from seawall.query.case import Case

RIGHTLY_FOUND = {
    "AKS103": "AKS106",
    "AKS105": "AKS101 AKS202 AKS204 AKS415",
    "AKS201": "AKS101 AKS206 AKS214",
    "AKS202": "AKS101 AKS403 AKS404",
    "AKS203": "AKS101 AKS204 AKS206 AKS415",
    "AKS204": "AKS101 AKS202 AKS403",
    "AKS205": "AKS101",
    "AKS206": "AKS101",
    "AKS207": "AKS101",
    "AKS208": "AKS101 AKS206 AKS207",
    "AKS209": "AKS101 AKS206",
    "AKS213": "AKS101 AKS206",
    "AKS214": "AKS101 AKS211",
    "AKS215": "AKS101 AKS403 AKS404",
    "AKS301": "AKS101 AKS202 AKS204 AKS415",
    "AKS302": "AKS101 AKS202 AKS204 AKS415",
    "AKS303": "AKS101 AKS202 AKS204 AKS415",
    "AKS306": "AKS101 AKS205",
    "AKS307": "AKS101 AKS202 AKS204 AKS301 AKS415",
    "AKS308": "AKS101 AKS202 AKS204 AKS415",
    "AKS309": "AKS101",
    "AKS310": "AKS101 AKS202 AKS204 AKS301 AKS415",
    "AKS401": "AKS101",
    "AKS402": "AKS101",
    "AKS404": "AKS403 AKS604",
    "AKS405": "AKS101",
    "AKS406": "AKS101 AKS403",
    "AKS407": "AKS101",
    "AKS409": "AKS101",
    "AKS410": "AKS101 AKS202 AKS204 AKS415",
    "AKS411": "AKS101 AKS202 AKS204 AKS403 AKS404 AKS415",
    "AKS412": "AKS101 AKS403",
    "AKS413": "AKS101 AKS202 AKS204 AKS415",
    "AKS414": "AKS101",
    "AKS415": "AKS101 AKS202 AKS403",
    "AKS416": "AKS101",
    "AKS417": "AKS101",
    "AKS501": "AKS101",
    "AKS503": "AKS103 AKS106",
    "AKS504": "AKS101",
    "AKS601": "AKS101",
    "AKS602": "AKS403",
    "AKS603": "AKS403",
    "AKS604": "AKS403",
    "AKS605": "AKS403",
    "AKS606": "AKS403",
    "AKS607": "AKS608",
    "AKS611": "AKS101",
}
"""The findings of other rules, by the rule whose good example it is.

AKS101, the API server that is open to everyone, is what Azure makes of a cluster that
says nothing about it; AKS202, AKS204 and AKS415 are what it makes of pods without
policies.
"""


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_others_find_in_a_good_example_what_is_there_and_nothing_else(
    rule: Rule, tmp_path: Path
) -> None:
    for name, text in rule.good.items():
        (tmp_path / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    found = {item.rule for item in audit(Case(load([tmp_path])))}
    assert found == set(RIGHTLY_FOUND.get(rule.code, "").split())
