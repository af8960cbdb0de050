"""Application Gateways for Containers.

Source: Azure docs, application-gateway/for-containers, components and
container-networking, read 2026-08.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.identity import referenced_id
from seawall.model.setting import Setting
from seawall.model.translation import ApplicationGateway, FrontEnd

CONTROLLERS = "microsoft.servicenetworking/trafficcontrollers"


def traffic_controllers(catalogue: Catalogue) -> tuple[ApplicationGateway, ...]:
    """Convert them; which ports listen, and what is behind, Kubernetes objects say."""
    found = []
    for record in catalogue.of(CONTROLLERS):
        subnets = (
            referenced_id(part.body.get("subnet"))
            for part in catalogue.parts(record, "associations")
        )
        fronts = tuple(
            FrontEnd(part.name.lower(), f"{part.id}#hosted by Azure", None, None)
            for part in catalogue.parts(record, "frontends")
        )
        found.append(
            ApplicationGateway(
                id=record.id,
                name=record.name,
                subnet=next((item for item in subnets if item), None),
                front_ends=fronts,
                listener_ports=(),
                backend_addresses=(),
                backend_names=(),
                backend_ports=(),
                firewall_mode=Setting.unknown("security policies are not read"),
                origin=record.origin,
                for_containers=True,
            )
        )
    return tuple(found)
