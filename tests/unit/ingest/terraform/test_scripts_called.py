"""Scripts that a command calls, and settings of clusters that commands change."""

from pathlib import Path

import pytest

from seawall.model.setting import State
from terraform_folders import CLUSTER, read_files

GROUP = """
    resource "azurerm_network_security_group" "nsg" {
      name                = "nsg"
      location            = "westeurope"
      resource_group_name = "rg"
    }
"""
OPENS = "#!/bin/bash\naz network nsg rule create --nsg-name nsg -n open\n"


def run(text: str, kind: str = "local-exec") -> str:
    block = f'provisioner "{kind}" {{\n{text}\n}}'
    return f'resource "null_resource" "more" {{\n{block}\n}}\n'


def told(tmp_path: Path, text: str, script: str = OPENS) -> list[str]:
    """Return what is told of the command, and what is taken for granted of it."""
    files = {"main.tf": CLUSTER + GROUP + text, "tools/open.sh": script}
    found = read_files(tmp_path, files)
    out = [it.why for it in found.diagnostics if "is not run" in it.what]
    return out + [it.text for it in found.assumptions if it.id == "script-not-shown"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('command = "${path.module}/tools/open.sh"', "local-exec"),
        ('command = "cd tools && bash tools/open.sh -x"', "local-exec"),
        ('command = "open.sh"\nworking_dir = "tools"', "local-exec"),
        ('command = "-x"\ninterpreter = ["bash", "tools/open.sh"]', "local-exec"),
        ('script = "tools/open.sh"', "remote-exec"),
        ('scripts = ["tools/open.sh"]', "remote-exec"),
    ],
)
def test_the_commands_of_a_script_count(tmp_path: Path, text: str, kind: str) -> None:
    found = told(tmp_path, run(text, kind))
    assert any("networksecuritygroups" in it for it in found)
    assert not any("not in the input" in it for it in found)


def test_a_script_that_changes_no_network_is_not_told(tmp_path: Path) -> None:
    text = run('command = "tools/open.sh"')
    assert not told(tmp_path, text, "echo az network nsg rule create\n")


@pytest.mark.parametrize("name", ["tools/gone.sh", "../outside.ps1"])
def test_what_is_taken_for_granted_of_a_script_elsewhere_is_told(
    tmp_path: Path, name: str
) -> None:
    (tmp_path.parent / "outside.ps1").write_text(OPENS)
    (one,) = told(tmp_path, run(f'command = "pwsh {name}"'))
    assert f"`{name}` of `null_resource.more`, which is not in the input" in one


def test_an_option_overrules_what_is_stated(tmp_path: Path) -> None:
    update = run('command = "az aks update -n aks -g rg --outbound-type none"')
    cluster = read_files(tmp_path, {"main.tf": CLUSTER + update}).cluster
    assert cluster is not None
    assert cluster.outbound.state is State.UNKNOWN
    assert cluster.api_server.authorized_ranges.state is not State.UNKNOWN


def test_a_command_that_may_set_anything_sets_what_nobody_states(
    tmp_path: Path,
) -> None:
    update = run('command = "az aks update -n aks -g rg $EXTRA"')
    cluster = read_files(tmp_path, {"main.tf": CLUSTER + update}).cluster
    assert cluster is not None
    assert cluster.api_server.authorized_ranges.state is State.UNKNOWN
