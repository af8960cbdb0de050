"""AKS304: a Private Link service that any subscription may connect to."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.private_link import EVERYONE
from seawall.query.case import Case


class PrivateLinkOpenToEveryone(Rule):
    """A Private Link service lets subscriptions of others connect.

    Why it matters: whoever knows its alias may ask for a private endpoint to it, from
    any tenant. If connections are approved automatically, nobody is asked, and past the
    service every client has an address of its subnet.

    When it is fine: a service that is sold to everybody, and that knows its clients.

    Source: Azure docs, private-link-service-overview, "Control service exposure"; AKS
    docs, internal-lb, read 2026-08-21.
    """

    code = "AKS304"
    name = "private-link-open-to-everyone"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "link.yaml": """
            type: Microsoft.Network/privateLinkServices  # finding
            name: web
            properties:
              visibility: {subscriptions: ["*"]}
              autoApproval: {subscriptions: []}
            """,
    }
    good: ClassVar = {
        "link.yaml": """
            type: Microsoft.Network/privateLinkServices
            name: web
            properties:
              visibility:
                subscriptions: [00000000-0000-0000-0000-000000000000]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for link in case.snapshot.fabric.private_link_services:
            if EVERYONE not in (link.visible_to.value or ()):
                continue
            asks = "once its owner approves"
            if EVERYONE in (link.auto_approved.value or ()):
                asks = "and nobody has to approve it"
            yield self.finding(
                link.service or link.name,
                f"every subscription may connect to the Private Link service "
                f"`{link.name}`, {asks}",
                "name the subscriptions that may see it, and approve by hand",
                origin=link.origin,
            )
