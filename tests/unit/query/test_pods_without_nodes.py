"""Pods whose ranges are known, of pools whose subnets are not in the input."""

import fabrics as fab
from fabrics import known
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

WEB = fab.workload("web")
HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


def test_no_policy_denies_a_family_that_only_their_range_shows() -> None:
    ranges = (fab.cidr("10.244.0.0/16"), fab.cidr("fd12::/64"))
    cluster = fab.cluster(
        fab.pool("sys", "gone"),
        pod_ranges=known(ranges),
        dual_stack=known(value=True),
    )
    case = Case(fab.snapshot(Fabric(), cluster, workloads=(WEB,)))
    for to in ("8.8.8.8/32", "2606:4700::1/128"):
        asked = ask(case, PodEnd(WEB), AddressEnd((fab.cidr(to),)), HTTPS)
        assert asked.verdict is Verdict.UNKNOWN, to
