"""Security groups around the API server and those who operate it.

Source: AKS docs, api-server-vnet-integration; Azure docs, bastion-nsg; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.security.group import (
    API,
    BALANCER,
    HTTPS,
    INTERNET,
    NETWORK,
    group,
    senders_of,
)
from seawall.design.layout.security.ports import ANY, Ends, Rule
from seawall.design.layout.subjects import Subject
from seawall.design.options import ApiServer
from seawall.design.requirements.needs import Desk, Operator
from seawall.emit.tree import Resource


def _callers(subject: Subject) -> Iterator[Rule]:
    """Yield the operators that call the API server in its subnet."""
    subnets = subject.plan.subnets
    for index, operator in enumerate(subject.needs.operators):
        sources = _desk(subject, operator)
        if sources:
            letters = "".join(p.capitalize() for p in operator.name.split("-"))
            yield Rule(
                f"Allow{letters or 'Operators'}In{index or ''}",
                sources,
                (subnets["api-server"],),
                HTTPS,
                f"Operators: {operator.name}, by {operator.desk.value}.",
            )


def _desk(subject: Subject, operator: Operator) -> Ends:
    """Return from which addresses an operator comes, as the network sees them."""
    subnets = subject.plan.subnets
    if operator.desk is Desk.BASTION:
        return (subnets["AzureBastionSubnet"],)
    if operator.desk is Desk.PIPELINE:
        return (subnets["agents"],)
    if operator.desk is Desk.INTERNET:
        return ()
    return operator.ranges or subject.needs.addresses.on_premises or (NETWORK,)


def around_api_server(subject: Subject, key: str) -> Resource:
    """Return the group around the API server."""
    senders, subnets = senders_of(subject), subject.plan.subnets
    own = (subnets["api-server"],)

    def inbound() -> Iterator[Rule]:
        yield Rule("AllowClusterIn", senders, own, API, "Nodes and pods call it.")
        yield Rule("AllowProbesIn", (BALANCER,), own, (9988,), "Its load balancer.")
        yield from _callers(subject)
        if subject.choices.api_server is ApiServer.VNET_PUBLIC:
            yield Rule(
                "AllowPublicIn",
                subject.needs.access_ranges or (INTERNET,),
                own,
                HTTPS,
                "Who may call its public address; AKS holds them to the same ranges.",
            )

    return group(
        subject,
        key,
        inbound(),
        iter(()),
        "Around the API server: nodes, pods and operators.",
        "api-server.access",
        "operators",
        closed_out=False,
    )


def around_agents(subject: Subject, key: str) -> Resource:
    """Build agents call the API server and their own service."""
    own, subnets = (subject.plan.subnets["agents"],), subject.plan.subnets
    target = subnets.get("api-server", subnets["nodes"])

    def outbound() -> Iterator[Rule]:
        yield Rule("AllowApiServerOut", own, (target,), HTTPS, "The API server.")
        yield Rule("AllowInternetOut", own, (INTERNET,), HTTPS, "Their own service.")

    return group(
        subject,
        key,
        iter(()),
        outbound(),
        "Around build agents: nobody calls them.",
        "operators",
    )


def around_bastion(subject: Subject, key: str) -> Resource:
    """Source: Azure docs, bastion-nsg."""
    among = ("8080", "5701")

    def inbound() -> Iterator[Rule]:
        yield Rule("AllowUsersIn", (INTERNET,), ANY, HTTPS, "Operators sign in.")
        yield Rule("AllowManagementIn", ("GatewayManager",), ANY, HTTPS, "Azure.")
        yield Rule("AllowProbesIn", (BALANCER,), ANY, HTTPS, "Its load balancer.")
        yield Rule("AllowHostsIn", (NETWORK,), (NETWORK,), among, "Its own hosts.", "*")

    def outbound() -> Iterator[Rule]:
        yield Rule("AllowMachinesOut", ANY, (NETWORK,), ("22", "3389"), "Machines.")
        yield Rule("AllowApiServerOut", ANY, (NETWORK,), HTTPS, "The API server.")
        yield Rule("AllowAzureOut", ANY, ("AzureCloud",), HTTPS, "Azure itself.")
        yield Rule(
            "AllowHostsOut", (NETWORK,), (NETWORK,), among, "Its own hosts.", "*"
        )
        yield Rule(
            "AllowSessionsOut", ANY, (INTERNET,), (80,), "Sessions and certificates."
        )

    return group(
        subject,
        key,
        inbound(),
        outbound(),
        "Around Bastion, as Azure asks for it.",
        "operators",
    )
