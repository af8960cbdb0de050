from pathlib import Path

from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.firewall_names import allowed_names

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_patterns_and_tags_come_with_a_name_to_ask_about() -> None:
    case = Case(load([EXAMPLES / "contoso"]))
    (firewall,) = case.snapshot.fabric.firewalls
    found = {name.text: name.example for name in allowed_names(firewall)}
    assert found["*.suppliers.contoso.com"] == "any.suppliers.contoso.com"
    assert found["login.microsoftonline.com"] == "login.microsoftonline.com"
    assert "*" not in found["the tag AzureKubernetesService"]
