"""What is lost before a door may end at anything behind it."""

import json
import shutil
from pathlib import Path

import pytest

from seawall.app.testing import Network

EXAMPLE = Path(__file__).parents[3] / "examples" / "isolated"
OFFICE = "10.100.0.0/16"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """A cluster to which people come by a gateway whose routes are not known."""
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "azure" / "resources.json"
    rows = json.loads(file.read_text())
    subnets = next(
        row["properties"]["subnets"]
        for row in rows["data"]
        if row["name"] == "vnet-claims"
    )
    place = next(it for it in subnets if it["name"] == "GatewaySubnet")
    place["properties"]["routeTable"] = {"id": "[parameters('table')]"}
    file.write_text(json.dumps(rows))
    return Network.read(str(tmp_path))


def test_who_may_come_to_a_door_may_reach_the_pods_behind_it(network: Network) -> None:
    with pytest.raises(AssertionError, match="not known"):
        network.assert_forbidden(OFFICE, "claims/portal:443")


def test_pods_that_policies_close_stay_closed(network: Network) -> None:
    network.assert_forbidden(OFFICE, "claims/files")
