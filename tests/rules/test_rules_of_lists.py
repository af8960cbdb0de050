"""Rules about ordered lists: when they must stay silent, and what they point at."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.discover import all_rules
from seawall.audit.finding import Finding, Severity
from seawall.ingest import load
from seawall.model.trace import Verdict
from seawall.query.case import Case

RULES = {rule.code: rule for rule in all_rules()}


def found(code: str, folder: Path, *swaps: tuple[str, str]) -> list[Finding]:
    """What a rule finds in its bad example after some text is put for other text."""
    for name, text in RULES[code].bad.items():
        body = dedent(text).lstrip("\n")
        for old, new in swaps:
            body = body.replace(old, new)
        (folder / name).write_text(body, encoding="utf-8")
    return list(RULES[code].check(Case(load([folder]))))


def test_the_deciding_rules_are_shown_with_their_places(tmp_path: Path) -> None:
    first, second = found("AKS607", tmp_path)
    assert "network.yaml:5)` denies all that it matches" in first.message
    (hop,) = first.evidence
    assert hop.rule is not None
    assert hop.rule.origin is not None
    assert hop.rule.origin.line == 5
    assert hop.verdict is Verdict.DENIED
    assert (hop.before.destination, hop.before.port) == ("Storage", "443")
    assert (first.severity, second.severity) == (Severity.MEDIUM, Severity.LOW)


@pytest.mark.parametrize(
    "swap",
    [
        # It need not hold the addresses of `Storage.WestEurope`.
        ("Prefix: Storage\n", "Prefix: AzureCloud.NorthEurope\n"),
        ("access: Deny", "access: Maybe"),
        ("priority: 100", "priority: 200"),
        ("100\n        direction: Outbound", "100\n        direction: Inbound"),
    ],
)
def test_what_is_not_sure_of_a_security_group_is_not_told(
    tmp_path: Path, swap: tuple[str, str]
) -> None:
    rules = [item.subject for item in found("AKS607", tmp_path, swap)]
    if swap[0] == "access: Deny":
        # What the earlier rule does is not known; that it decides is.
        assert rules == ["shop/backup", "shop/office-web"]
    else:
        assert rules == ["shop/office-web"]


def test_a_rule_whose_access_is_not_known_is_told_once(tmp_path: Path) -> None:
    listed = found("AKS607", tmp_path, ("access: Allow", "access: Perhaps"))
    assert [item.subject for item in listed] == ["shop/backup", "shop/office-web"]


def test_application_rules_are_not_judged_beside_an_explicit_proxy(
    tmp_path: Path,
) -> None:
    assert {item.subject for item in found("AKS609", tmp_path)} == {
        "open/sql",
        "web/images",
    }


def test_a_network_rule_for_some_destinations_hides_no_application_rule(
    tmp_path: Path,
) -> None:
    listed = found("AKS609", tmp_path, ("protocols: [Any]", "protocols: [UDP]"))
    assert [item.subject for item in listed] == ["open/sql"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deploymentStatus: Deployed", "deploymentStatus: Deploying"),
        ("name: tools\n      id", "name: GatewaySubnet\n      id"),
        ("direction: Inbound\n  priority", "direction: Outbound\n  priority"),
        ("access: Deny", "access: Allow"),
    ],
)
def test_admin_rules_that_may_not_decide_overrule_nothing(
    tmp_path: Path, old: str, new: str
) -> None:
    assert not found("AKS610", tmp_path, (old, new))


def test_an_allow_before_leads_on_to_the_security_group(tmp_path: Path) -> None:
    text = RULES["AKS610"].bad["network.yaml"]
    start = text.index(
        "            type: Microsoft.Network/networkManagers/securityAdm"
    )
    parts = dedent(text).split("---\n")
    (rule,) = [part for part in parts if "ruleCollections/rules" in part]
    other = rule.replace("no-ssh", "lab").replace("access: Deny", "access: Allow")
    assert start
    before = other.replace("priority: 10", "priority: 5")
    swap = ("type: Microsoft.Network/virtualNetworks\n",)
    here = before + "---\ntype: Microsoft.Network/virtualNetworks\n"
    assert not found("AKS610", tmp_path, (*swap, here))
    after = other.replace("priority: 10", "priority: 15")
    here = after + "---\ntype: Microsoft.Network/virtualNetworks\n"
    assert len(found("AKS610", tmp_path, (*swap, here))) == 1
    narrow = before.replace('addressPrefix: "*"', "addressPrefix: 10.1.7.0/24", 1)
    here = narrow + "---\ntype: Microsoft.Network/virtualNetworks\n"
    assert not found("AKS610", tmp_path, (*swap, here))


def test_a_group_that_is_asked_elsewhere_too_is_not_overruled(tmp_path: Path) -> None:
    text = dedent(RULES["AKS610"].bad["network.yaml"]).lstrip("\n")
    parts = text.split("---\n")
    (network,) = [part for part in parts if "/virtualNetworks\n" in part]
    other = network.replace("shop", "lab").replace("10.1.", "10.2.")
    (tmp_path / "network.yaml").write_text(f"{text}---\n{other}", encoding="utf-8")
    assert not list(RULES["AKS610"].check(Case(load([tmp_path]))))
