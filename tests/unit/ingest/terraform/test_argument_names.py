"""Names of arguments, checked against the schema of the provider."""

from pathlib import Path

from seawall.model.diagnostic import Level
from terraform_folders import CLUSTER, read_text, serious, the_cluster, told

REQUIRED = """
    terraform {
      required_providers {
        azurerm = {
          source  = "hashicorp/azurerm"
          version = "%s"
        }
      }
    }
"""


def test_a_misspelt_argument_is_told_at_its_line_and_what_it_means_is_unknown(
    tmp_path: Path,
) -> None:
    text = CLUSTER.replace("network_policy =", "network_polcy =")
    found = read_text(tmp_path, text)
    diagnostic = told(found, "`network_polcy`")
    assert diagnostic.level is Level.ERROR
    assert "did you mean `network_policy`" in diagnostic.what
    assert diagnostic.origin is not None
    assert diagnostic.origin.line is not None
    lines = (tmp_path / "main.tf").read_text(encoding="utf-8").splitlines()
    assert "network_polcy" in lines[diagnostic.origin.line - 1]
    assert not the_cluster(found).policy_engine.known


def test_an_argument_of_another_release_is_told_with_its_new_name(
    tmp_path: Path,
) -> None:
    old = 'network_policy = "calico"\n        ebpf_data_plane = "cilium"'
    text = CLUSTER.replace('network_policy = "calico"', old)
    newer = told(read_text(tmp_path, REQUIRED % "~> 4.0" + text), "`ebpf_data_plane`")
    assert newer.level is Level.WARNING
    assert newer.mend == "write `network_data_plane`"
    older = read_text(tmp_path, REQUIRED % "~> 3.50" + text)
    assert not [it for it in serious(older) if "ebpf" in it.what]


def test_a_turned_name_is_recognised(tmp_path: Path) -> None:
    pool = 'vm_size        = "Standard_D4s_v5"\n        enable_node_public_ip = true'
    text = CLUSTER.replace('vm_size        = "Standard_D4s_v5"', pool)
    found = read_text(tmp_path, REQUIRED % ">= 4.0, < 5.0" + text)
    assert told(found, "enable_node_public_ip").mend == "write `node_public_ip_enabled`"


def test_names_inside_dynamic_blocks_are_checked(tmp_path: Path) -> None:
    text = """
        resource "azurerm_network_security_group" "a" {
          name                = "a"
          resource_group_name = "rg"
          dynamic "security_rule" {
            for_each = []
            content {
              prioritty = 1
            }
          }
        }
    """
    assert "`priority`" in told(read_text(tmp_path, text), "`prioritty`").what


def test_other_providers_and_releases_are_left_alone(tmp_path: Path) -> None:
    text = 'resource "random_pet" "a" {\n  whatever = 1\n}\n'
    assert not serious(read_text(tmp_path, CLUSTER + text))
    old = REQUIRED % "=2.0.0" + CLUSTER.replace("network_policy =", "anything =")
    assert not [it for it in serious(read_text(tmp_path, old)) if "anything" in it.what]
