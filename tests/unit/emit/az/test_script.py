"""Scripts of az: what bash makes of them, and what that means."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from az_lines import ran
from designed import deployment, resource
from seawall.emit.az import az_script, commands
from seawall.emit.az.shell import Shell
from seawall.emit.parts import Unsaid
from seawall.emit.tree import Deployment


def small(*symbols: str) -> Deployment:
    """Return the deployment with some of its resources only."""
    whole = deployment()
    kept = tuple(it for it in whole.resources if it.symbol in symbols)
    return replace(whole, resources=kept, outputs=())


def test_bash_takes_it() -> None:
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(  # noqa: S603  # fixed arguments
        [bash, "-n"], input=az_script(deployment()), text=True, check=False
    )
    assert done.returncode == 0


def test_every_resource_has_a_command_after_all_that_it_needs() -> None:
    whole = deployment()
    order = [it.symbol for it in commands(whole)]
    assert set(order) == {it.symbol for it in whole.resources}
    assert order.index("nodesRoutes") < order.index("nodes") < order.index("cluster")
    for needed in whole.resource("cluster").needs:
        assert order.index(needed) < order.index("cluster")


def test_a_flag_says_each_setting(tmp_path: Path) -> None:
    lines = ran(az_script(small("nodesNsg")), tmp_path)
    group, nsg, first, last = lines
    assert group[:2] == ["group", "create"]
    assert nsg[:3] == ["network", "nsg", "create"]
    assert first[first.index("--source-address-prefixes") + 1] == "10.20.0.0/22"
    assert last[last.index("--protocol") + 1] == "*"
    assert last[last.index("--description") + 1] == "Nothing else comes in"


def test_texts_stay_what_they_are_through_bash(tmp_path: Path) -> None:
    evil = "a \"b\" $HOME `id` \\ 'c' é"
    policy = resource("policy", "Microsoft.Network/firewallPolicies", "p", {})
    body = {"location": "x", "properties": {"x": evil}}
    whole = replace(policy, body=body)
    lines = ran(az_script(replace(small(), resources=(whole,))), tmp_path)
    (document,) = (it for it in lines[-1] if it.startswith("{"))
    assert json.loads(document) == body


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("the platform's", '"the platform\'s"'),
        ("it's $5", "'it'\"'\"'s $5'"),
        ("two words", "'two words'"),
    ],
)
def test_a_text_is_quoted_the_plainest_way(text: str, written: str) -> None:
    assert Shell(small()).word(text) == written


def test_comments_say_what_a_command_serves() -> None:
    text = az_script(small("nodesNsg"))
    assert "# Filters what reaches the nodes." in text
    assert "Serves api-server.access, pods.default-deny." in text
    assert "# Nodes reach the API server (api-server.access).\n" in text


def test_what_must_not_be_made_twice_is_asked_for_first() -> None:
    text = az_script(small("hub"))
    assert 'stands "$HUB_ID" ||\n  az network vnet create \\\n    --resource' in text


def test_what_a_person_must_give_is_asked_for() -> None:
    text = az_script(small("sql"))
    assert ': "${SQL_ADMINISTRATOR_ID:?Object ID of that group}"' in text
    assert 'CLUSTER_NAME="${CLUSTER_NAME:-aks-shop}" # Name of the cluster.' in text


@pytest.mark.parametrize("symbol", ["cluster", "nodes", "nodesNsg"])
def test_a_property_without_a_flag_is_refused(symbol: str) -> None:
    whole = deployment()
    changed = tuple(
        replace(it, body={**it.body, "unheardOf": "x"}) if it.symbol == symbol else it
        for it in whole.resources
    )
    with pytest.raises(Unsaid, match="unheardOf"):
        az_script(replace(whole, resources=changed))


def test_what_has_no_place_of_its_own_is_put_and_waited_for(tmp_path: Path) -> None:
    lines = ran(az_script(small("policy", "rules", "firewallIp")), tmp_path)
    put, wait = lines[-2:]
    assert put[:3] == ["rest", "--method", "put"]
    assert put[put.index("--uri") + 1].endswith("/rcg-aks?api-version=2024-05-01")
    assert wait[:3] == ["resource", "wait", "--created"]
