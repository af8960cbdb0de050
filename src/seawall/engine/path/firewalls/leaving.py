"""What a firewall sends to the internet."""

from collections.abc import Iterator

from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.headers import TCP_UDP
from seawall.engine.path.ground.verdicts import EVERYTHING, Ruling
from seawall.model.firewall import Firewall
from seawall.model.trace import Layer

SOURCE = "Azure docs, firewall-known-issues"


def leaving(branch: Branch, firewall: Firewall) -> Iterator[Branch]:
    """Yield what leaves a firewall for the internet; other protocols are denied.

    Source:
        Azure docs, firewall-known-issues: rules for protocols other than TCP and UDP
        do not work with the translation to public addresses. path.md, W9.
    """
    carried = branch.having(TCP_UDP)
    if carried.flows:
        yield carried
    others = branch.having(EVERYTHING - TCP_UDP)
    if others.flows:
        says = "a firewall gives public addresses to TCP and UDP only"
        ruling = Ruling.denying(says, SOURCE)
        yield others.judged(Layer.SOURCE_NAT, firewall.name, ruling)
