"""The whole deployment, each subject from a module of its own."""

from collections.abc import Iterator

from seawall.design.layout.addresses import Plan, plan
from seawall.design.layout.allowed import unsaid_names
from seawall.design.layout.cluster import cluster
from seawall.design.layout.endpoints import endpoints
from seawall.design.layout.firewall import firewall
from seawall.design.layout.gateway import gateway, needs_certificate
from seawall.design.layout.identities import (
    ASSIGNMENT,
    grants,
    identities,
    pulls_from_registry,
)
from seawall.design.layout.names import Names
from seawall.design.layout.networks import networks, peerings
from seawall.design.layout.operators import operators
from seawall.design.layout.required import is_isolated
from seawall.design.layout.routes import routes
from seawall.design.layout.security import security_groups
from seawall.design.layout.services import services
from seawall.design.layout.subjects import Subject
from seawall.design.layout.ways_out import ways_out
from seawall.design.layout.zones import api_server_zone
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements, ServiceKind
from seawall.design.requirements.platform import platform
from seawall.emit.tree import Deployment, Output, Parameter, Read, Resource
from seawall.model.diagnostic import Diagnostic


def lay_out(
    needs: Requirements, choices: Choices
) -> Deployment | tuple[Diagnostic, ...]:
    """Return the deployment, or why its addresses or rules cannot be planned.

    Args:
        needs: What must hold.
        choices: How; as the chooser gives them, that is, such as hold together.
    """
    addresses = plan(needs, choices)
    unsaid = tuple(unsaid_names(needs, choices))
    if not isinstance(addresses, Plan):
        return (*addresses, *unsaid)
    if unsaid:
        return unsaid
    subject = Subject(needs, choices, addresses, Names(needs.name))
    return Deployment(
        title=f"The AKS cluster `{needs.name}` and what isolates it.",
        resource_group=subject.names.resource_group,
        location=needs.region,
        parameters=tuple(_parameters(subject)),
        resources=tuple(_resources(subject)),
        outputs=tuple(_outputs(subject)),
    )


def _resources(subject: Subject) -> Iterator[Resource]:
    around = tuple(_around(subject))
    yield from around
    yield cluster(subject, tuple(it.symbol for it in around if _is_before(it)))


_BEFORE = (
    "firewall",
    "peering",
    "registryCache",
    "registryEndpointNames",
    "registryZoneLink",
)


def _is_before(item: Resource) -> bool:
    """Whether nodes could not start without it, although the cluster names it not."""
    return item.type == ASSIGNMENT or item.symbol in _BEFORE


def _around(subject: Subject) -> Iterator[Resource]:
    yield from ways_out(subject)
    yield from security_groups(subject)
    yield from routes(subject)
    yield from networks(subject)
    yield from firewall(subject)
    yield from operators(subject)
    yield from peerings(subject)
    yield from identities(subject)
    yield from api_server_zone(subject)
    yield from services(subject)
    yield from endpoints(subject)
    yield from gateway(subject)
    yield from grants(subject)


def kubernetes_of(needs: Requirements) -> str:
    """Return the version of Kubernetes: the newest but one where nobody stated it.

    It is supported for longest without being the first of its kind.
    """
    known = platform()
    return needs.kubernetes or known.supported(known.as_of)[-2].name


def _parameters(subject: Subject) -> Iterator[Parameter]:
    yield Parameter("location", subject.needs.region, "The region of everything.")
    yield Parameter(
        "kubernetesVersion",
        kubernetes_of(subject.needs),
        "The version of Kubernetes.",
    )
    yield from _more(subject)
    yield Parameter("nodeSize", "Standard_D4ds_v5", "The size of the nodes' machines.")


def _more(subject: Subject) -> Iterator[Parameter]:
    """Yield what single services ask for."""
    if pulls_from_registry(subject):
        name = subject.names.packed("cr")
        why = "The registry that nodes start from; its name is unique in Azure."
        yield Parameter("registryName", name, why)
    if any(each.kind is ServiceKind.SQL for each in subject.needs.services):
        yield Parameter(
            "sqlAdministrators", None, "The group in Entra that administers databases."
        )
        yield Parameter("sqlAdministratorsId", None, "The object ID of that group.")
    if subject.needs.windows:
        why = "The password of the administrator on Windows nodes."
        yield Parameter("windowsPassword", None, why, "secret")
    if needs_certificate(subject):
        why = "The secret of the gateway's certificate in Key Vault, without a version."
        yield Parameter("certificateSecretId", None, why)


def _outputs(subject: Subject) -> Iterator[Output]:
    yield Output("clusterName", Read("cluster", ("name",)), "The name of the cluster.")
    yield Output(
        "nodeResourceGroup",
        Read("cluster", ("properties", "nodeResourceGroup")),
        "Where AKS keeps what it makes.",
    )
    pairs = zip(subject.needs.entries, subject.plan.entries, strict=True)
    for index, (entry, own) in enumerate(pairs):
        if own is not None:
            yield Output(
                f"ingressAddress{index + 1}",
                str(own),
                f"The address that the internal Service of {entry.segment} asks for.",
            )
    if is_isolated(subject.choices):
        return
    issuer = ("properties", "oidcIssuerProfile", "issuerURL")
    yield Output(
        "oidcIssuer", Read("cluster", issuer), "What workload identities trust."
    )
