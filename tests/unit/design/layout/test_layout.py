"""What is laid out is read back whole, is valid, lives, and says whom it serves."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from designs import (
    DESIGNS,
    FIREWALLED,
    NAMES,
    choices,
    laid_out,
    needs,
    read_arm,
    read_bicep,
)
from model_pairs import differences
from seawall.audit.discover import audit
from seawall.audit.finding import Severity
from seawall.audit.validity.judge import judge
from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover.compare import differences as differences_of_surfaces
from seawall.design.layout import lay_out
from seawall.design.options import (
    Choices,
    PaasAccess,
    PolicyLevel,
    PrivateZone,
)
from seawall.design.requirements.needs import (
    Egress,
    EgressName,
    PaasService,
    Requirements,
    ServiceKind,
)
from seawall.design.requirements.read import read_requirements
from seawall.emit.az import az_script
from seawall.emit.graph import referred
from seawall.emit.terraform import terraform
from seawall.ingest import load
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.egress.answer import shared_excess, surely_required

DAY = date(2026, 11, 29)
LEFT_OPEN = (
    "the cluster does not name its outbound addresses",
    "which extensions are installed is not in the input",
    "members of application security groups are not in the input",
    "the input does not report the state of the peering",
)
"""What Azure alone knows before anything stands."""


def unknown(value: object, place: str) -> list[str]:
    """Return the settings of a model that are not known."""
    if isinstance(value, Setting):
        if value.known:
            return unknown(value.value, place)
        return [f"{place}: {value.why}"]
    if isinstance(value, Origin):
        return []
    if is_dataclass(value) and not isinstance(value, type):
        return [
            each
            for item in fields(value)
            for each in unknown(getattr(value, item.name), f"{place}.{item.name}")
        ]
    if isinstance(value, list | tuple):
        return [
            each
            for index, item in enumerate(value)
            for each in unknown(item, f"{place}[{index}]")
        ]
    return []


def left_open(snapshot: Snapshot) -> list[str]:
    found = [
        *unknown(snapshot.cluster, "cluster"),
        *unknown(snapshot.fabric, "fabric"),
    ]
    return [each for each in found if not any(why in each for why in LEFT_OPEN)]


def told(snapshot: Snapshot) -> list[str]:
    return [it.what for it in snapshot.diagnostics if it.level is not Level.NOTE]


def grave(case: Case, explained: tuple[str, ...] = ()) -> list[str]:
    """Return the findings of the audit that weigh, and what AKS would refuse."""
    found = [*audit(case), *judge(case, DAY).findings]
    return [
        f"{it.rule} {it.message}"
        for it in found
        if it.rule not in explained and it.severity.weight >= Severity.MEDIUM.weight
    ]


@pytest.fixture(params=DESIGNS, name="design")
def _design(request: pytest.FixtureRequest) -> tuple[Requirements, Choices]:
    wanted, chosen = DESIGNS[request.param]
    return needs(**wanted), choices(**chosen)


def test_a_design_is_read_back_whole_valid_and_alive(
    design: tuple[Requirements, Choices], tmp_path: Path
) -> None:
    deployment = laid_out(*design)
    snapshot = read_bicep(tmp_path / "bicep", deployment)
    assert told(snapshot) == []
    assert left_open(snapshot) == []
    assert differences(snapshot, read_arm(tmp_path / "arm", deployment)) == []
    case = Case(snapshot)
    open_ = design[0].egress is Egress.FIREWALL
    assert grave(case, ("AKS207",) if open_ else ()) == []
    assert judge(case, DAY).open == ()
    assert as_chosen(snapshot, *design) == []
    rows = surely_required(case)
    assert rows
    assert [it for it in rows if it.verdict is not Verdict.ALLOWED] == []


def as_chosen(snapshot: Snapshot, wanted: Requirements, chosen: Choices) -> list[str]:
    """Return which settings were read back otherwise than they were chosen."""
    cluster = snapshot.cluster
    assert cluster is not None
    server = cluster.api_server
    said = {
        "addressing": (str(cluster.addressing.value), str(chosen.addressing)),
        "engine": (cluster.policy_engine.value, chosen.engine.value),
        "outbound": (cluster.outbound.value, chosen.outbound.value),
        "private": (server.private.value, chosen.is_private),
        "run command": (server.run_command.value, chosen.run_command.value == "on"),
        "ranges": (
            server.authorized_ranges.value,
            tuple(map(str, wanted.access_ranges)),
        ),
        "windows": (any(it.windows.value for it in cluster.pools), wanted.windows),
    }
    words = {"npm": "azure"}
    return [
        f"{name}: {read} and not {meant}"
        for name, (read, meant) in said.items()
        if words.get(_word(read), _word(read)) != _word(meant)
    ]


def _word(value: object) -> str:
    return str(getattr(value, "value", value)).lower()


def test_blocks_name_the_needs_that_they_serve() -> None:
    deployment = laid_out(
        needs(egress=Egress.NAMES, names=NAMES), choices(**FIREWALLED)
    )
    assert "egress.names" in deployment.resource("askedRules").serves
    assert "egress.to" in deployment.resource("firewall").serves
    silent = replace(needs(egress=Egress.NAMES, names=NAMES), stated={})
    quiet = laid_out(silent, choices(**FIREWALLED))
    assert not any(item.serves for item in quiet.resources)


def test_every_resource_comes_after_what_it_refers_to(
    design: tuple[Requirements, Choices],
) -> None:
    known: set[str] = set()
    for item in laid_out(*design).resources:
        later = [each for each in referred(item) if each not in known]
        assert later == [], item.symbol
        assert item.symbol not in known
        known.add(item.symbol)


def before_the_cluster(design: str) -> set[str]:
    wanted, chosen = DESIGNS[design]
    return set(laid_out(needs(**wanted), choices(**chosen)).resource("cluster").needs)


def test_the_cluster_waits_for_its_way_out_and_for_what_it_may_do() -> None:
    firewalled = before_the_cluster("names by a firewall")
    assert {"firewall", "peering", "nodesSubnetGrant"} <= firewalled
    isolated = before_the_cluster("isolated")
    cache = {"registryCache", "registryEndpointNames", "registryZoneLink"}
    assert {*cache, "pullGrant", "kubeletGrant"} <= isolated


def test_a_firewall_cannot_tell_many_names_on_a_port_without_names() -> None:
    wanted = needs(
        egress=Egress.NAMES, names=(*NAMES, EgressName("*.example.net", (5432,)))
    )
    found = lay_out(wanted, choices(**FIREWALLED))
    assert isinstance(found, tuple)
    assert [it.what for it in found] == [
        "no rule of Azure Firewall lets `*.example.net` pass on port 5432"
    ]
    assert "names" in str(found[0].origin)
    assert laid_out(wanted, choices(level=PolicyLevel.FQDN))


def test_nodes_ask_the_firewall_for_names_where_it_can_answer_all() -> None:
    wanted = needs(egress=Egress.NAMES, names=(EgressName("db.example.com", (5432,)),))
    for zone, asked in ((PrivateZone.CUSTOM, True), (PrivateZone.SYSTEM, False)):
        found = laid_out(wanted, choices(**FIREWALLED, zone=zone))
        network = found.resource("network").body["properties"]
        policy = found.resource("firewallPolicy").body["properties"]
        assert isinstance(network, dict)
        assert isinstance(policy, dict)
        assert ("dhcpOptions" in network) is asked
        assert policy["dnsSettings"]["enableProxy"] is True


def test_a_firewall_lets_pass_no_more_than_was_listed(tmp_path: Path) -> None:
    wanted, chosen = DESIGNS["names by a firewall"]
    deployment = laid_out(needs(**wanted), choices(**chosen))
    assert shared_excess(Case(read_bicep(tmp_path, deployment))) == ()


ROLES = {
    "zoneGrant": ("apiServerZone", "b12aa53e-6015-4669-85d0-8515ebb3ae7f"),
    "networkGrant": ("network", "4d97b98b-1d4f-4787-a291-c67834d212e7"),
    "nodesSubnetGrant": ("nodesSubnet", "4d97b98b-1d4f-4787-a291-c67834d212e7"),
    "apiServerSubnetGrant": ("apiServerSubnet", "4d97b98b-1d4f-4787-a291-c67834d212e7"),
    "kubeletGrant": ("kubeletIdentity", "f1a07417-d97a-45cb-824c-7a7467783830"),
    "pullGrant": ("registry", "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
}
"""On what each role is granted, and its name as Azure docs, built-in-roles, have it."""


@pytest.mark.parametrize(
    ("design", "granted"),
    [
        ("own network", {"nodesSubnetGrant"}),
        ("operators by VPN", {"zoneGrant", "networkGrant"}),
        ("stated ranges", {"nodesSubnetGrant", "apiServerSubnetGrant"}),
        ("isolated", {"nodesSubnetGrant", "kubeletGrant", "pullGrant"}),
        ("a network of AKS", set()),
    ],
)
def test_identities_may_do_what_they_must(design: str, granted: set[str]) -> None:
    wanted, chosen = DESIGNS[design]
    deployment = laid_out(needs(**wanted), choices(**chosen))
    found = {
        it.symbol: (it.scope, it.body["properties"]["roleDefinitionId"].guid)  # type: ignore[index,union-attr,call-overload]
        for it in deployment.resources
        if it.type.endswith("roleAssignments")
    }
    assert found == {name: ROLES[name] for name in granted}


def test_zones_are_linked_where_their_names_are_asked_for() -> None:
    wanted, chosen = DESIGNS["operators by VPN and a firewall"]
    vault = (PaasService(ServiceKind.KEY_VAULT, "kv-shop"),)
    deployment = laid_out(
        needs(**wanted, services=vault),
        choices(**chosen, paas=PaasAccess.PRIVATE_ENDPOINT),
    )
    links = {
        (it.parent, it.name)
        for it in deployment.resources
        if it.type.endswith("virtualNetworkLinks")
    }
    assert not [
        it.name
        for it in deployment.resources
        if it.type.endswith("virtualNetworkLinks")
        and "'registrationEnabled': True" in str(it.body)
    ]
    # AKS links the zone of the API server to the network of the nodes itself.
    assert links == {
        ("apiServerZone", "to-hub"),
        ("keyVaultZone", "to-hub"),
        ("keyVaultZone", "to-cluster"),
    }


SCENARIOS = sorted(Path("examples/scenarios").glob("*.yaml"))
STANDING_MISSING = ("is not in the input", "is not modelled")
"""What scenarios name and do not hold: networks that stand, and Bastion."""


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_is_laid_out_and_read_back(path: Path, tmp_path: Path) -> None:
    wanted, _ = read_requirements(path)
    assert wanted is not None
    decided = choose(wanted, DAY)
    assert isinstance(decided, Decided)
    deployment = laid_out(wanted, decided.choices)
    snapshot = read_bicep(tmp_path / "bicep", deployment)
    others = [it for it in told(snapshot) if not it.endswith(STANDING_MISSING)]
    assert others == []
    assert left_open(snapshot) == []
    assert differences(snapshot, read_arm(tmp_path / "arm", deployment)) == []
    assert judge(Case(snapshot), DAY).findings == () or wanted.windows


def test_every_design_is_the_same_on_every_surface(
    design: tuple[Requirements, Choices], tmp_path: Path
) -> None:
    deployment = laid_out(*design)
    assert "az aks create" in az_script(deployment)
    folder = tmp_path / "terraform"
    folder.mkdir()
    for name, text in terraform(deployment).items():
        (folder / name).write_text(text, encoding="utf-8")
    found = load([folder])
    assert told(found) == []
    bicep = read_bicep(tmp_path / "bicep", deployment)
    assert list(differences_of_surfaces(bicep, found)) == []
