"""The Kubernetes side of a design: namespaces, policies, and Services of ways in.

Workloads are not written: they belong to whoever runs the cluster.
"""

from seawall.design.objects.closed import closed
from seawall.design.objects.doors import doors
from seawall.design.objects.guards import guards
from seawall.design.objects.namespaces import namespaces
from seawall.design.objects.openings import Openings
from seawall.design.objects.place import places_of
from seawall.design.objects.segments import segment_policies
from seawall.design.objects.site import read_site
from seawall.design.options import Choices, PolicyEngine
from seawall.design.requirements.needs import Requirements
from seawall.emit.kubernetes import Manifest
from seawall.emit.tree import Deployment

__all__ = ["objects"]


def objects(
    needs: Requirements, choices: Choices, deployment: Deployment
) -> tuple[Manifest, ...]:
    """Return every object that a design puts into the cluster, in stable order.

    Args:
        needs: What is needed.
        choices: What was chosen.
        deployment: What is deployed to Azure, for the addresses in it.
    """
    site = read_site(needs, choices, deployment)
    openings = Openings(needs, choices, site)
    out = [*namespaces(needs, choices)]
    if choices.engine is not PolicyEngine.NONE:
        out += guards(needs, choices)
        out += closed(needs, choices, site)
        for place in places_of(needs):
            out += segment_policies(place, openings)
    out += doors(needs, choices, site)
    return tuple(out)
