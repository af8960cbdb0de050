"""What no packet shows is read back from the files, or told and not called proved."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from test_designs_prove_themselves import DAY, needed

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, Surface, make
from seawall.design.handover.reading_back import (
    in_region,
    named,
    no_application_gateway,
    no_nat_gateway,
    no_private_endpoints,
    room,
    unlike,
)
from seawall.design.handover.settings import settings
from seawall.design.options import Encryption, NodeOs, RunCommand
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    Operator,
    Requirements,
)
from seawall.ingest import load
from seawall.model.snapshot import Snapshot


@cache
def made() -> tuple[HandedOver, Snapshot]:
    with TemporaryDirectory() as folder:
        needs, decided = needed("egress-by-policy")
        found = make(needs, decided, (Surface.ARM,), Path(folder) / "it", as_of=DAY)
        assert isinstance(found, HandedOver)
        return found, load([found.folder / "arm"])


def told(**stated: Any) -> str:
    needs = Requirements("shop", "westeurope", {}, **stated)
    found = choose(needs, DAY)
    assert isinstance(found, Decided)
    return "\n".join(it.says for it in settings(needs, found.choices, ()))


def test_who_cannot_come_to_a_private_api_server_is_told() -> None:
    nobody = "nobody is named under `operators`"
    assert nobody in told(access=Access.PRIVATE)
    assert nobody not in told(operators=(Operator("admins", Desk.BASTION),))
    assert nobody not in told(access=Access.ANYWHERE)


def test_nodes_that_are_no_isolated_cluster_are_told() -> None:
    text = "nodes reach what AKS needs, by the firewall"
    assert text in told(egress=Egress.NONE, windows=True)
    assert text not in told(egress=Egress.NONE)


def test_names_and_places_are_read_back() -> None:
    needs, _ = needed("egress-by-policy")
    _, snapshot = made()
    assert named(needs)(snapshot) == ""
    assert named(replace(needs, name="other"))(snapshot) == f"it is `aks-{needs.name}`"
    assert in_region(needs.region)(snapshot) == ""
    assert in_region("northeurope")(snapshot) == f"it stands in {needs.region}"


@pytest.mark.parametrize(
    ("nodes", "pods", "says"),
    [(5000, 10, "its pools grow to "), (2, 240, "its nodes take ")],
)
def test_room_is_read_back(nodes: int, pods: int, says: str) -> None:
    needs, _ = needed("egress-by-policy")
    _, snapshot = made()
    assert room(needs)(snapshot) == ""
    scale = replace(needs.scale, nodes=nodes, pods_per_node=pods)
    assert room(replace(needs, scale=scale))(snapshot).startswith(says)


def test_choices_that_the_files_do_not_have_are_named() -> None:
    _, decided = needed("egress-by-policy")
    _, snapshot = made()
    choices = decided.choices
    assert not list(unlike(choices, snapshot))
    other = RunCommand.ON if choices.run_command is RunCommand.OFF else RunCommand.OFF
    for changed, name in (
        (replace(choices, run_command=other), "run command"),
        (replace(choices, encryption=Encryption.WIREGUARD), "encryption"),
        (replace(choices, systems=NodeOs.LINUX_AND_WINDOWS), "Windows pools"),
    ):
        (text,) = unlike(changed, snapshot)
        assert text.startswith(name)


def test_what_is_not_paid_for_is_read_back() -> None:
    _, snapshot = made()
    assert no_nat_gateway(snapshot) == "there is a NAT gateway"
    assert no_application_gateway(snapshot) == no_private_endpoints(snapshot) == ""
    none = replace(snapshot, fabric=replace(snapshot.fabric, nat_gateways=()))
    assert no_nat_gateway(none) == ""


def test_what_cannot_be_read_back_is_told_and_not_proved() -> None:
    found, _ = made()
    told = {item.needs: item.is_read for item in found.proof.settings}
    assert told["name",]
    assert told["api-server.run-command",]
    assert told["nodes",]
    assert not told["preset",]
