"""What must not reach a resource must not reach its private address either."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import fabrics as fab
from fabrics import known
from reading import read
from seawall.model.end import ApiServerEnd, NameEnd, SubnetEnd
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.control_plane.api_server import api_server
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Standing
from seawall.query.trace.answer import trace
from seawall.query.trace.other_doors import other_doors
from seawall.query.words.port import parse_port

HOLDS, VIOLATED = Standing.HOLDS, Standing.VIOLATED
HEAD = "apiVersion: seawall/v1\nkind: Intents\nintents:\n"
SHUT = fab.group("g", fab.rule("no", 100, fab.IN, fab.DENY, to="10.1.9.4"))


def vault(*, guarded: bool = False) -> Snapshot:
    """Return a vault that no name leads to, in a network with machines."""
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("machines", "net", "10.1.0.0/24"),
            fab.subnet(
                "endpoints",
                "net",
                "10.1.9.0/24",
                security_group=known("g" if guarded else None),
                endpoint_policies=known("Enabled"),
            ),
        ),
        resources=(fab.vault(public=known(False)),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone("privatelink.vaultcore.azure.net", kv="10.1.9.4"),),
        security_groups=(SHUT,),
    )
    return fab.snapshot(fabric)


def standing(folder: Path, asked: Snapshot, text: str) -> Standing:
    intents = read(folder, HEAD + text).intents
    return judge_all(Case(asked), intents, date(2026, 11, 1)).judged[0].standing


@pytest.mark.parametrize(
    ("guarded", "text", "expected"),
    [
        (False, "", VIOLATED),
        (True, "", HOLDS),
        (False, ", except: [{to: kv.vault.azure.net, reason: known}]", HOLDS),
        (False, ", except: [{ports: 443, reason: known}]", VIOLATED),
    ],
)
def test_a_name_that_does_not_resolve_keeps_nobody_out(
    tmp_path: Path, *, guarded: bool, text: str, expected: Standing
) -> None:
    """Azure docs, private-endpoint-overview: a route to the address is enough."""
    ends = "{from: 'subnet:machines', to: kv.vault.azure.net}"
    forbid = f"- {{forbid: {ends}{text}}}"
    assert standing(tmp_path, vault(guarded=guarded), forbid) is expected


def test_who_needs_a_name_must_have_it(tmp_path: Path) -> None:
    """`require` is about clients as they are: they ask for the name."""
    require = "- {require: {from: 'subnet:machines', to: kv.vault.azure.net}}"
    assert standing(tmp_path, vault(), require) is VIOLATED


def private() -> Snapshot:
    """Return a private cluster whose zone is linked to the network of nodes alone."""
    name = "aks.privatelink.west.azmk8s.io"
    api = fab.vault(id="api", kind="api-server", host_names=(name,), private_suffix="")
    fabric = Fabric(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            fab.network("spoke", "10.1.0.0/16"),
        ),
        subnets=(
            fab.subnet("jump", "hub", "10.0.1.0/24"),
            fab.subnet("nodes", "spoke", "10.1.0.0/24"),
        ),
        peerings=fab.peered("hub", "spoke"),
        resources=(replace(api, public=known(False)),),
        private_endpoints=(fab.endpoint("nodes", "10.1.0.9", "api"),),
        zones=(fab.zone("privatelink.west.azmk8s.io", "spoke", aks="10.1.0.9"),),
    )
    on = fab.cluster(fab.pool("sys", "nodes"))
    server = replace(on.api_server, private=known(True), name=name)
    return fab.snapshot(fabric, replace(on, api_server=server))


def test_the_overview_tells_who_reaches_the_api_server_without_a_name() -> None:
    """AKS docs, private-cluster-connect: a peered network has a route to it."""
    found = {each.who: each for each in api_server(Case(private()))}
    (hub,) = [each for who, each in found.items() if "jump" in who]
    assert hub.verdict is Verdict.ALLOWED
    assert hub.reason.startswith("by its private address; by its name not: name")
    assert found["internet"].verdict is Verdict.DENIED


def test_trace_says_that_the_address_gets_there_without_the_name() -> None:
    """The question is about the name; what goes past it is told beside the answer."""
    for asked, source, target in (
        (private(), SubnetEnd("jump"), ApiServerEnd()),
        (vault(), SubnetEnd("machines"), NameEnd("kv.vault.azure.net")),
    ):
        case = Case(asked)
        answer = trace(case, "", (source,), (target,), port=parse_port("443"))
        assert answer.verdict is Verdict.DENIED
        (said,) = other_doors(case, answer)
        assert said.endswith("TCP 443 arrives")
