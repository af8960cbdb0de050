from dataclasses import replace

from aks_builders import HERE, cluster, completed, fabric, service
from seawall.ingest.aks import complete
from seawall.ingest.resource import ClusterRecord, RawAzure
from seawall.model.diagnostic import Level
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects
from seawall.model.translation import ApplicationGateway, GatewayRoute


def gateway(name: str) -> ApplicationGateway:
    return ApplicationGateway(
        id=f"/{name}",
        name=name,
        subnet=None,
        front_ends=(),
        listener_ports=(),
        backend_addresses=(),
        backend_names=(),
        backend_ports=(),
        firewall_mode=Setting.stated(None),
        origin=HERE,
    )


def test_without_a_cluster_the_network_stays_as_it_is() -> None:
    part = complete(RawAzure(fabric=fabric()), KubernetesObjects())
    assert part.cluster is None
    assert part.fabric == fabric()


def test_services_belong_to_the_cluster_that_is_asked_about() -> None:
    other = replace(cluster(), id="/other", name="other")
    raw = RawAzure(
        cluster=ClusterRecord(cluster()),
        others=(ClusterRecord(other),),
        fabric=fabric(),
    )
    part = complete(raw, KubernetesObjects(services=(service(),)))
    assert [item.name for item in part.other_clusters] == ["other"]
    served = {
        item.id: [rule.service for rule in item.rules]
        for item in part.fabric.load_balancers
    }
    assert served == {"/aks#kubernetes": ["shop/web"], "/other#kubernetes": []}


def test_the_gateway_of_the_ingress_add_on_follows_ingresses() -> None:
    route = GatewayRoute("front", 80, (), ("web.example.com",), (80,))
    written = replace(gateway("shop"), routes=(route,))
    around = fabric(application_gateways=(gateway("other"), written))
    part = completed(around=around, application_gateway="/shop")
    follows = {
        item.name: item.follows_ingresses for item in part.fabric.application_gateways
    }
    assert follows == {"other": False, "shop": True}
    # What the controller wrote last is no longer what its objects say.
    assert not any(item.routes for item in part.fabric.application_gateways)


def test_a_gateway_that_is_not_in_the_input_is_told() -> None:
    part = completed(application_gateway="shop")
    [told] = part.diagnostics
    assert told.level is Level.UNMODELLED
    assert "`shop`" in told.what
