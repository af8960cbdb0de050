"""Known gaps: what the twin cannot show, as data, printed beside every answer."""

from dataclasses import dataclass

from seawall.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that packets in the twin do not show.

    Attributes:
        id: Stable kebab-case name, for scripts.
        what: What is not shown, as a clause.
        why: Why not.
        origin: Where the input asks for it; None for a limit of the twin itself.
    """

    id: str
    what: str
    why: str
    origin: Origin | None = None


_POLICY = (
    Gap(
        "platform",
        "Azure itself and the programs that enforce policies",
        "the twin stands for what is said of them",
    ),
    Gap("ipv6", "IPv6", "the twin has IPv4 alone"),
    Gap("windows", "Windows nodes", "every node of the twin is Linux"),
    Gap("requests", "policies over requests and over names", "nothing reads them"),
)
_SERVICES = Gap(
    "services",
    "node ports and front ends of Services, and Services without a selector",
    "they are drawn only where every layer is rehearsed",
)
_WHOLE = (
    Gap(
        "names",
        "what rulesets, policies over names, servers of one's own, LocalDNS and "
        "changes of the cluster's DNS answer, and names of other clusters' API servers",
        "only Azure's resolver, proxies of firewalls and the cluster's DNS are drawn",
    ),
    Gap(
        "gateways",
        "ways in by Application Gateway for Containers, what gateways decide by host "
        "and path, and ways out by egress gateways",
        "Azure hosts the first; a gateway of the twin is asked for each backend by "
        "name; egress gateways are not drawn",
    ),
    Gap(
        "node-addresses",
        "what comes to public addresses of nodes",
        "nodes of the twin have none",
    ),
    Gap(
        "own-front-ends",
        "what load balancers make of what pods and nodes of the cluster itself send",
        "in the twin the sender's own node takes it, as kube-proxy does",
    ),
    Gap(
        "api-server",
        "what the API server calls in the cluster, and platform resources in "
        "perimeters or that admit service tags",
        "nobody stands for them",
    ),
    Gap(
        "hairpin-source",
        "as whom a pod sees itself that is led back by a Service",
        "it is an address of the node or of the dataplane, as each engine has it",
    ),
)


def limits(*, whole: bool) -> tuple[Gap, ...]:
    """Return what no twin shows, whatever the input.

    Args:
        whole: Whether every layer is rehearsed, and not policies alone.
    """
    return (*_POLICY, *(_WHOLE if whole else (_SERVICES,)))
