"""Designs that fit into what stands already are whole beside what needs say of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from designs import choices, laid_out, needs, ranges, read_arm, read_bicep
from model_pairs import differences
from seawall.audit.validity.judge import judge
from seawall.design.handover.answer import Surface
from seawall.design.handover.standing import standing
from seawall.design.options import Addressing, Choices, Firewall, Network, OutboundType
from seawall.design.requirements.needs import (
    Desk,
    Egress,
    ExistingNetwork,
    Operator,
    PaasService,
    Requirements,
    ServiceAccess,
    ServiceKind,
)
from seawall.emit.tree import Deployment
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.query.case import Case

DAY = date(2026, 11, 29)
NETWORK = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-spoke"
    "/providers/Microsoft.Network/virtualNetworks/vnet-spoke"
)
SPOKE = ExistingNetwork(
    f"{NETWORK}/subnets/snet-aks", ranges("10.1.0.0/24")[0], next_hop="10.0.1.4"
)
PODS = ExistingNetwork(
    f"{NETWORK}/subnets/snet-aks",
    ranges("10.1.0.0/24")[0],
    f"{NETWORK}/subnets/snet-pods",
    ranges("10.1.8.0/21")[0],
)
VAULT = PaasService(ServiceKind.KEY_VAULT, "kv-shop", ServiceAccess.PRIVATE)
PEER = Operator("platform", Desk.PEERING, ranges("10.77.0.0/24"), f"{NETWORK}-ops")

DESIGNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a spoke with a way out": (
        {"existing": SPOKE, "egress": Egress.FIREWALL},
        {
            "network": Network.EXISTING,
            "outbound": OutboundType.USER_DEFINED_ROUTING,
            "firewall": Firewall.EXISTING,
        },
    ),
    "a subnet of pods, and a vault": (
        {"existing": PODS, "services": (VAULT,)},
        {"network": Network.EXISTING, "addressing": Addressing.POD_SUBNET},
    ),
    "a network of operators": ({"operators": (PEER,)}, {}),
}


def beside(path: Path, wanted: Requirements, chosen: Choices, it: Deployment) -> None:
    text = standing(wanted, chosen, it, Surface.BICEP)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", DESIGNS)
def test_it_is_read_back_whole_and_valid(name: str, tmp_path: Path) -> None:
    changed, options = DESIGNS[name]
    wanted, chosen = needs(**changed), choices(**options)
    deployment = laid_out(wanted, chosen)
    read_bicep(tmp_path / "bicep", deployment)
    read_arm(tmp_path / "arm", deployment)
    sides = []
    for surface in ("bicep", "arm"):
        beside(tmp_path / surface / "standing.json", wanted, chosen, deployment)
        sides.append(load([tmp_path / surface]))
    told = [it.what for it in sides[0].diagnostics if it.level is not Level.NOTE]
    assert told == []
    assert differences(*sides) == []
    judged = judge(Case(sides[0]), DAY)
    assert (judged.findings, judged.open) == ((), ())


def test_roles_are_granted_where_the_network_is() -> None:
    changed, chosen = DESIGNS["a subnet of pods, and a vault"]
    deployment = laid_out(needs(**changed), choices(**chosen))
    assert deployment.resource("network").resource_group == "rg-spoke"
    assert deployment.resource("nodesSubnetGrant").scope == "nodesSubnet"
    assert deployment.resource("podsSubnetGrant").scope == "podsSubnet"
