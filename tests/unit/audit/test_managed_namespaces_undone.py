"""Policies that let everybody into managed namespaces, as people write them."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.rules.aks417_managed_namespace_undone import ManagedNamespaceUndone
from seawall.ingest import load
from seawall.query.case import Case

RULE = ManagedNamespaceUndone()


def found(folder: Path, engine: str, rule: str) -> list[str]:
    for name, text in RULE.bad.items():
        plain = text.replace("networkDataplane: cilium", engine)
        if name == "policy.yaml":
            plain = plain[: plain.index("ingress:")] + rule
        (folder / name).write_text(dedent(plain), encoding="utf-8")
    return [it.subject for it in RULE.check(Case(load([folder])))]


@pytest.mark.parametrize(
    "engine", ["networkDataplane: cilium", "networkPolicy: calico"]
)
@pytest.mark.parametrize(
    ("rule", "undone"),
    [
        ("ingress: [{}]", True),
        ("ingress: [{from: [{namespaceSelector: {}}]}]", True),
        ("ingress: [{ports: [{port: 80}]}]", False),
        ("ingress: [{from: [{podSelector: {}}]}]", False),
        ("egress: [{}]\n              policyTypes: [Egress]", True),
    ],
)
def test_a_rule_for_everybody_undoes_what_a_managed_namespace_closes(
    engine: str, rule: str, *, undone: bool, tmp_path: Path
) -> None:
    assert found(tmp_path, engine, rule) == (["ns:retail"] if undone else [])
