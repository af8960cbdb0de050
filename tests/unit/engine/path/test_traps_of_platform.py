"""What analysers get wrong about platform services, one test for each trap.

Traps are numbered as in the list of Azure's own documentation that they come from.
"""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import DENY, IN, known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import End, NameEnd, NodeEnd, SubnetEnd
from seawall.model.endpoint import EndpointPolicy, PlatformResource
from seawall.model.snapshot import Fabric
from seawall.model.trace import AccessPath, Verdict

HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
ACCOUNT = NameEnd("st.blob.core.windows.net")
VAULT = NameEnd("kv.vault.azure.net")
ZONE = "privatelink.vaultcore.azure.net"


def storage(**changed: object) -> PlatformResource:
    plain = fab.vault(
        id="/subscriptions/s/resourcegroups/rg/providers/x/st",
        kind="storage",
        name="st",
        host_names=("st.blob.core.windows.net",),
        private_suffix="privatelink.blob.core.windows.net",
        service_endpoint="Microsoft.Storage",
        region="west",
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def policy(*resources: str, complete: bool | None = True) -> EndpointPolicy:
    whole = fab.hidden() if complete is None else known(complete)
    return EndpointPolicy("sep", "sep", resources, whole, fab.HERE)


def behind(account: PlatformResource, *held: EndpointPolicy, **nodes: object) -> Fabric:
    """Return nodes with a storage endpoint, limited by policies."""
    changed = {
        "service_endpoints": ("Microsoft.Storage",),
        "service_policies": known(("sep",)),
    } | nodes
    net = replace(fab.network("net", "10.1.0.0/16"), region="west")
    return Fabric(
        networks=(net,),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24", **changed),),
        resources=(account,),
        endpoint_policies=held,
    )


def verdict(fabric: Fabric, source: End, target: End) -> Verdict:
    on = fab.cluster(fab.pool("sys", "nodes"))
    model = PathModel.build(fab.snapshot(fabric, on))
    return model.partition(source, target, services=HTTPS).partition.verdict()


NODES = NodeEnd("sys")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (("/subscriptions/s/resourcegroups/rg/providers/x/st",), Verdict.ALLOWED),
        (("/subscriptions/s/resourcegroups/rg",), Verdict.ALLOWED),
        (("/subscriptions/s",), Verdict.ALLOWED),
        (("/subscriptions/s/resourcegroups/r",), Verdict.DENIED),
        ((), Verdict.DENIED),
    ],
)
def test_an_endpoint_policy_lets_only_listed_accounts_pass(
    listed: tuple[str, ...], expected: Verdict
) -> None:
    """Section 6.4. Source: Azure docs, virtual-network-service-endpoint-policies."""
    assert verdict(behind(storage(), policy(*listed)), NODES, ACCOUNT) is expected


def test_what_a_policy_need_not_filter_or_does_not_show_is_unknown() -> None:
    """Section 6.4. Source: Azure docs, virtual-network-service-endpoint-policies."""
    elsewhere = behind(storage(region="east"), policy())
    assert verdict(elsewhere, NODES, ACCOUNT) is Verdict.UNKNOWN
    half = behind(storage(), policy(complete=None))
    assert verdict(half, NODES, ACCOUNT) is Verdict.UNKNOWN
    assert verdict(behind(storage()), NODES, ACCOUNT) is Verdict.UNKNOWN


def test_without_a_policy_an_endpoint_leads_to_any_account() -> None:
    """Section 6.4: the exfiltration path. Source: Azure docs, service endpoints."""
    fabric = behind(storage(), service_policies=known(()))
    assert verdict(fabric, NODES, ACCOUNT) is Verdict.ALLOWED


def test_the_global_endpoint_serves_storage_too() -> None:
    """Section 6.4. Source: Azure docs, virtual-network-service-endpoints-overview."""
    fabric = behind(
        storage(),
        service_endpoints=("Microsoft.Storage.Global",),
        service_policies=known(()),
    )
    on = fab.cluster(fab.pool("sys", "nodes"))
    model = PathModel.build(fab.snapshot(fabric, on))
    answer = model.partition(NODES, ACCOUNT, services=HTTPS)
    assert answer.paths == (AccessPath.SERVICE_ENDPOINT,)


def test_public_access_that_is_off_closes_the_service_endpoint_too() -> None:
    """Section 6.5, registries: no rule of a subnet counts then.

    Source: Azure docs, container-registry-access-selected-networks.
    """
    closed = storage(public=known(False), allowed_subnets=("nodes",))
    fabric = behind(closed, service_policies=known(()))
    assert verdict(fabric, NODES, ACCOUNT) is Verdict.DENIED


def with_endpoint(**changed: object) -> Fabric:
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("endpoints", "net", "10.1.9.0/24"),
        ),
        resources=(fab.vault(public=known(False)),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone(ZONE, "net", kv="10.1.9.4"),),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_the_rules_of_a_resource_do_not_bind_its_private_endpoint() -> None:
    """Trap 12. Source: Azure docs, private-endpoint-overview."""
    assert verdict(with_endpoint(), SubnetEnd("nodes"), VAULT) is Verdict.ALLOWED


def test_a_private_endpoint_leaves_the_public_door_as_it_was() -> None:
    """Trap 12. Source: Azure docs, private-endpoint-overview."""
    fabric = with_endpoint(resources=(fab.vault(),), zones=())
    assert verdict(fabric, NODES, VAULT) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("Disabled", Verdict.ALLOWED),
        ("RouteTableEnabled", Verdict.ALLOWED),
        ("NetworkSecurityGroupEnabled", Verdict.DENIED),
        ("Enabled", Verdict.DENIED),
    ],
)
def test_a_group_guards_an_endpoint_only_where_it_is_switched_on(
    policies: str, expected: Verdict
) -> None:
    """Trap 11, section 3.5. Source: Azure docs, disable-private-endpoint-network."""
    guarded = fab.subnet(
        "endpoints",
        "net",
        "10.1.9.0/24",
        security_group=known("nsg"),
        endpoint_policies=known(policies),
    )
    fabric = with_endpoint(
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"), guarded),
        security_groups=(fab.group("nsg", fab.rule("no", 100, IN, DENY)),),
    )
    assert verdict(fabric, SubnetEnd("nodes"), VAULT) is expected
