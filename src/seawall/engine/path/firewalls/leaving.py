"""What a firewall sends to the internet."""

from collections.abc import Iterator

from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.headers import TCP_UDP
from seawall.engine.path.ground.space import PRIVATE, SPECIAL, Space
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.model.firewall import Firewall
from seawall.model.network import Subnet
from seawall.model.trace import Layer

SOURCE = "Azure docs, firewall-known-issues"
OF_IPV6 = Ruling.not_known(
    "whether it takes IPv6 is not in the input: it does in dual-stack mode only",
    "Azure docs, deploy-dual-stack-firewall",
)
KEPT_SOURCE = "Azure docs, snat-private-range"


def leaving(
    atlas: Atlas, branch: Branch, firewall: Firewall, home: Subnet
) -> Iterator[Branch]:
    """Yield what leaves a firewall for the internet; other protocols are denied.

    Source:
        Azure docs, firewall-known-issues: rules for protocols other than TCP and UDP
        do not work with the translation to public addresses. path.md, W9.
    """
    carried = branch.having(TCP_UDP)
    if carried.flows:
        yield _with_a_public_source(atlas, carried, firewall, home)
    others = branch.having(EVERYTHING - TCP_UDP)
    if others.flows:
        says = "a firewall gives public addresses to TCP and UDP only"
        ruling = Ruling.denying(says, SOURCE)
        yield others.judged(Layer.SOURCE_NAT, firewall.name, ruling)


def _with_a_public_source(
    atlas: Atlas, branch: Branch, firewall: Firewall, home: Subnet
) -> Branch:
    """Drop what the firewall sends on with the private source that it came with.

    Source:
        Azure docs, snat-private-range: where it translates nothing, it never leads
        directly to the internet. path.md, W10.
    """
    private = PRIVATE | SPECIAL | atlas.known
    foreign = private - Space.of(home.prefixes)
    if not branch.sources & foreign:
        return branch
    says = (
        f"{firewall.name} keeps the source towards there, and nobody on the internet "
        "can answer a private one"
    )
    packets = foreign.as_sources()
    if known_none(home.nat_gateway):
        ruling = Ruling(packets, NOTHING, constant(says, KEPT_SOURCE))
    else:
        says += "; what a NAT gateway on its subnet does with it is not documented"
        ruling = Ruling(NOTHING, packets, constant(says, KEPT_SOURCE))
    return branch.judged(Layer.SOURCE_NAT, firewall.name, ruling)
