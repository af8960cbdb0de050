"""The controls of public frameworks that rules bear on."""

import json

import pytest

from seawall.app.cli.main import run
from seawall.audit.controls import _TITLES, control_lines, controls
from seawall.audit.discover import all_rules


def test_a_control_that_nobody_checked_is_refused() -> None:
    with pytest.raises(KeyError):
        controls("PCI 12.1")


def test_no_control_stands_in_the_table_for_nothing() -> None:
    used = {
        f"{each.framework.key} {each.id}"
        for rule in all_rules()
        for each in rule.controls
    }
    assert used == set(_TITLES)


def test_no_rule_names_a_control_twice() -> None:
    for rule in all_rules():
        assert len(set(rule.controls)) == len(rule.controls), rule.code


def test_controls_are_told_by_framework() -> None:
    cis, pci = control_lines(controls("PCI 1.4.2", "CIS 5.4.1", "PCI 1.3.1"))
    assert cis == (
        "CIS AKS Benchmark 1.8: 5.4.1 restricted access to the control plane endpoint"
    )
    assert pci.startswith("PCI DSS v4.0.1: 1.4.2 restricted inbound traffic")
    assert "; 1.3.1 " in pci


def test_a_rule_tells_what_it_bears_on(capsys: pytest.CaptureFixture[str]) -> None:
    run(["rules", "AKS403"])
    told = capsys.readouterr().out
    assert "Bears on:\n  CIS AKS Benchmark 1.8: 4.4.2" in told
    run(["rules", "AKS203"])
    assert "Bears on" not in capsys.readouterr().out


def test_a_rule_tells_machines_too(capsys: pytest.CaptureFixture[str]) -> None:
    run(["rules", "-o", "json"])
    told = {
        each["code"]: each["controls"] for each in json.loads(capsys.readouterr().out)
    }
    assert {
        "framework": "CIS AKS Benchmark 1.8",
        "id": "5.4.3",
        "title": "private nodes",
    } in told["AKS205"]
    assert told["AKS203"] == []
