"""A deployment as calls of Azure Verified Modules, and what stays a resource."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_terraform_files import with_property

from designed import deployment
from seawall.emit.parts import Unsaid
from seawall.emit.terraform import left_plain, terraform
from seawall.emit.terraform.modules import MODULES
from seawall.ingest.terraform.known import chosen, described
from seawall.ingest.terraform.language.parser import parse
from terraform_folders import read_files, serious, the_cluster

_CALL = frozenset({"source", "version", "depends_on", "enable_telemetry"})
_ENCRYPTION = "properties.networkProfile.advancedNetworking.security.transitEncryption"


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return terraform(deployment(), verified=True)


def call(files: Mapping[str, str], name: str) -> str:
    text = "\n".join(files.values())
    start = text.index(f'module "{name}" {{')
    return text[start : text.index("\n}\n", start) + 3]


def test_calls_are_as_terraform_itself_would_format_them(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = subprocess.run(  # noqa: S603  # the user's own program, fixed arguments
        [program, "fmt", "-check", "-diff", str(tmp_path)],
        env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


def test_every_module_that_is_called_is_known_at_its_version() -> None:
    for module in MODULES.values():
        known, is_sure = chosen(described(module.source), module.version)
        assert known is not None, module.source
        assert is_sure


def test_every_input_is_one_that_is_read_back(files: Mapping[str, str]) -> None:
    calls = 0
    for name, text in files.items():
        for section in parse(text, name).body.of("module"):
            calls += 1
            given = section.body.arguments
            source = re.search(r'source += "(.*)"', call(files, section.labels[0]))
            assert source is not None
            known = described(source[1])[-1].module()
            unread = set(given) - _CALL - set(known.variables)
            assert unread <= {"parent_id", "dns_prefix"}
            assert "enable_telemetry" in given
    assert calls > 10


def test_the_folder_reads_back_as_the_one_without_modules(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    called = read_files(tmp_path / "modules", files)
    plain = read_files(tmp_path / "plain", terraform(deployment()))
    assert [it.what for it in serious(called)] == [it.what for it in serious(plain)]
    assert the_cluster(called).pools[0].name == "system"
    one, other = (
        {(it.name, it.delegations) for it in found.fabric.subnets}
        for found in (called, plain)
    )
    assert one == other
    assert [it.address for it in called.fabric.firewalls] == [
        it.address for it in plain.fabric.firewalls
    ]


def test_a_cluster_waits_for_rules_and_routes_of_its_subnets() -> None:
    files = terraform(
        with_property("cluster", f"{_ENCRYPTION}.type", "None"), verified=True
    )
    text = call(files, "cluster")
    waits = text[text.index("depends_on") :]
    made = set(re.findall(r"module\.\w+", waits))
    assert {"module.nodes_nsg", "module.nodes_routes"} <= made


def test_a_cluster_that_encrypts_stays_a_resource() -> None:
    tree = with_property("cluster", f"{_ENCRYPTION}.type", "WireGuard")
    files = terraform(tree, verified=True)
    assert 'resource "azurerm_kubernetes_cluster" "cluster"' in files["cluster.tf"]
    assert "Microsoft.ContainerService/managedClusters" in left_plain(tree)


@pytest.mark.parametrize(
    ("symbol", "path"),
    [
        ("cluster", "properties.networkProfile.unheardOf"),
        ("nodes", "properties.unheardOf"),
        ("firewall", "extendedLocation"),
    ],
)
def test_what_a_module_has_no_input_for_is_refused(symbol: str, path: str) -> None:
    with pytest.raises(Unsaid, match="no words for"):
        terraform(with_property(symbol, path, "x"), verified=True)
