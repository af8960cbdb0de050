"""Who reaches the API server."""

from collections.abc import Iterator

from seawall.design.handover.claim import Claim, claim, listed
from seawall.design.objects.site import Site
from seawall.design.options import ApiServer, AuthorizedRanges, Choices
from seawall.design.requirements.needs import Access, Desk, Operator, Requirements
from seawall.emit.kubernetes import Object

API = "api-server"


def access(needs: Requirements, choices: Choices, site: Site) -> Iterator[Claim]:
    """Yield what is asked about the API server."""
    if needs.access is Access.PRIVATE or (needs.access is None and choices.is_private):
        yield claim(
            ("api-server.access",),
            "The API server is not reached from the internet",
            "preset",
            {"preset": "private-control-plane"},
        )
    elif choices.ranges is AuthorizedRanges.STATED and not admits_itself(choices):
        yield _only_ranges(needs)
    for index, operator in enumerate(needs.operators):
        found = _ends(operator, site)
        if operator.desk is not Desk.INTERNET and not choices.is_private:
            continue  # they call the public address, by a way of their own
        if admits_itself(choices):
            continue  # Azure gives one of the ranges, so that none is known for sure
        if asks_elsewhere(operator) and not site.api_subnet:
            continue  # Azure gives the address of the endpoint, and their DNS the name
        if operator.desk is Desk.PEERING and needs.existing is not None:
            continue  # the peering is that of the network that stands already
        if found:
            by_address = asks_elsewhere(operator) and bool(site.api_subnet)
            yield claim(
                (f"operators[{index}]",),
                f"{operator.name} reach the API server"
                + (" by its address" if by_address else ""),
                "require",
                {
                    "from": listed(found),
                    "to": f"subnet:{site.api_subnet}" if by_address else API,
                    "ports": 443,
                },
            )


def _only_ranges(needs: Requirements) -> Claim:
    known = [
        *needs.access_ranges,
        *(
            each
            for item in needs.operators
            if item.desk is Desk.INTERNET
            for each in item.ranges
        ),
    ]
    excepted: list[Object] = [
        {"from": str(each), "reason": "an authorized range"}
        for each in dict.fromkeys(known)
    ]
    return claim(
        ("api-server.access",),
        "The API server is reached from the internet by authorized ranges alone",
        "forbid",
        {"from": "internet", "to": API},
        excepted,
    )


def admits_itself(choices: Choices) -> bool:
    """Whether the ranges hold an address of the design that Azure gives later.

    Source: AKS docs, api-server-authorized-ip-ranges: nodes call the public address
    from where they leave, unless the API server stands in the network.
    """
    stated = choices.ranges is AuthorizedRanges.STATED
    return stated and choices.api_server is ApiServer.PUBLIC


def asks_elsewhere(operator: Operator) -> bool:
    """Whether an operator resolves names where the design says nothing of them."""
    return operator.desk in (Desk.VPN, Desk.EXPRESSROUTE)


def _ends(operator: Operator, site: Site) -> list[str]:
    """Return where an operator's packets come from."""
    if operator.desk is Desk.BASTION:
        return ["subnet:AzureBastionSubnet"] if site.has_bastion else []
    if operator.desk is Desk.PIPELINE and not operator.ranges:
        return [f"subnet:{site.agent_subnet}"] if site.agent_subnet else []
    return [str(each) for each in operator.ranges]
