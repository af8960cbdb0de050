"""Bodies of all that is laid out are such as Azure's own SDK knows.

Needs `pip install azure-mgmt-network` and its like, which are no part of Seawall.
"""

import json

import pytest

from azure_bodies import MODELS, OLDER, faults
from designs import DESIGNS, choices, laid_out, needs
from seawall.emit.arm import arm

for _package in sorted({package for package, _ in MODELS.values()}):
    pytest.importorskip(_package)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_property_is_known_to_azure(name: str) -> None:
    wanted, chosen = DESIGNS[name]
    template = json.loads(arm(laid_out(needs(**wanted), choices(**chosen))))
    for resource in template["resources"]:
        assert resource["type"] in {*MODELS, *OLDER}
        assert faults(resource) == []


def test_a_property_that_is_not_known_is_found() -> None:
    template = json.loads(arm(laid_out(needs(), choices())))
    (cluster,) = [it for it in template["resources"] if "Clusters" in it["type"]]
    cluster["properties"]["networkProfile"]["networkPlugn"] = "azure"
    cluster["properties"]["apiServerAccessProfile"]["disableRunCommand"] = "yes"
    cluster["properties"]["networkProfile"]["networkPolicy"] = "siliom"
    assert len(faults(cluster)) == 3
