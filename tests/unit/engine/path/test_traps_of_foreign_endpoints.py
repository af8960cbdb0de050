"""Private endpoints to resources of others, asked of both meanings."""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import DENY, IN, known
from seawall.model.end import NodeEnd
from seawall.model.trace import Verdict
from ways import A, D, ask

FOREIGN = "/subscriptions/other/storageaccounts/theirs"


@pytest.mark.parametrize(
    ("policies", "expected"), [("Disabled", A), ("NetworkSecurityGroupEnabled", D)]
)
def test_trap_30_an_endpoint_to_a_foreign_resource_passes_what_guards_networks(
    policies: str, expected: Verdict
) -> None:
    """Source: Azure docs, private-endpoint-overview; azure-network.md part 11, 30.

    Neither the firewall behind the default route, nor a resource firewall of ours, nor
    a group that does not see endpoints stands before it.
    """
    plain = fab.hub_and_spoke()
    guarded = tuple(
        replace(each, security_group=known("shut"), endpoint_policies=known(policies))
        if each.name == "endpoints"
        else each
        for each in plain.subnets
    )
    fabric = replace(
        plain,
        subnets=guarded,
        security_groups=(fab.group("shut", fab.rule("no", 100, IN, DENY)),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4", FOREIGN),),
    )
    asked = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    assert ask(asked, NodeEnd("sys"), "10.1.9.4") is expected
