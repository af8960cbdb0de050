"""ConfigMaps of the agent that hides pods behind their nodes."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.model.diagnostic import Level
from seawall.model.masquerade import Keeper, MasqueradeList

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {namespace}}}
data:
  {key}: |
    {content}
"""


def written(
    content: str,
    *,
    name: str = "azure-ip-masq-agent-config",
    key: str = "ip-masq-agent",
    namespace: str = "kube-system",
) -> str:
    return CONFIG_MAP.format(name=name, key=key, content=content, namespace=namespace)


def lists(folder: Path, *texts: str) -> tuple[MasqueradeList, ...]:
    return read(folder, *texts).objects.masquerade


def test_both_lists_of_aks_are_told_apart(tmp_path: Path) -> None:
    own = written(
        "{NonMasqueradeCIDRs: [10.1.0.0/16], MasqLinkLocal: true}",
        name="azure-ip-masq-agent-config-reconciled",
        key="ip-masq-agent-reconciled",
    )
    added, kept = lists(
        tmp_path, own, written('{"nonMasqueradeCIDRs": ["10.9.0.0/16"]}')
    )
    assert (added.keeper, kept.keeper) == (Keeper.CUSTOMER, Keeper.AKS)
    assert [str(item) for item in added.ranges.value or ()] == ["10.9.0.0/16"]
    assert [str(item) for item in kept.ranges.value or ()] == ["10.1.0.0/16"]
    assert (added.hides_link_local, kept.hides_link_local) == (False, True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("nonMasqueradeCIDRs: [10.9.0.1/16]", "host bits"),
        ("nonMasqueradeCIDRs: [10.9.0.1]", "not a prefix"),
        ('nonMasqueradeCIDRs: ["${RANGE}"]', "not a prefix"),
        ("nonMasqueradeCIDRs: [null]", "not a prefix"),
        ("nonMasqueradeCIDRs: 10.9.0.0/16", "not a list"),
        ("masqLinkLocal: 'yes'", "neither"),
        ("- 10.9.0.0/16", "not a mapping"),
        ("nonMasqueradeCIDRs: [", "not YAML"),
    ],
)
def test_what_stops_the_agent_is_told_at_its_place(
    tmp_path: Path, content: str, why: str
) -> None:
    snapshot = read(tmp_path, written(content))
    (found,) = snapshot.objects.masquerade
    assert not found.ranges.known
    assert why in found.ranges.why
    (error,) = told(snapshot)
    assert error.level is Level.ERROR
    assert str(error.origin).endswith("000.yaml:5")


def test_more_prefixes_than_the_agent_takes_stop_it(tmp_path: Path) -> None:
    many = ", ".join(f"10.{number}.0.0/16" for number in range(65))
    (found,) = lists(tmp_path, written(f"nonMasqueradeCIDRs: [{many}]"))
    assert not found.ranges.known


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    (found,) = lists(tmp_path, written("nonMasqueradeCIDRs:"))
    assert found.ranges.value == ()


def test_a_key_that_the_agent_does_not_read_is_told(tmp_path: Path) -> None:
    snapshot = read(tmp_path, written("nonMasqueradeCIDRs: []", key="config"))
    assert not snapshot.objects.masquerade
    (warning,) = told(snapshot)
    assert "`config`" in warning.what


def test_a_config_map_elsewhere_is_not_read(tmp_path: Path) -> None:
    assert not lists(tmp_path, written("nonMasqueradeCIDRs: []", namespace="default"))


def test_another_agent_is_told_and_its_default_list_is_upstreams(
    tmp_path: Path,
) -> None:
    bare = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n"
    bare += "  {name: ip-masq-agent, namespace: kube-system}\n"
    snapshot = read(tmp_path, bare)
    (found,) = snapshot.objects.masquerade
    assert found.keeper is Keeper.ANOTHER_AGENT
    assert [str(item) for item in found.ranges.value or ()] == [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ]
    (told_of,) = told(snapshot)
    assert told_of.level is Level.UNMODELLED
