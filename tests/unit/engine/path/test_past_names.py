"""Who knows the private address of a resource needs no name for it; path.md, Q19."""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import InnerEnd, NameEnd, SubnetEnd
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from ways import A, D, ask

HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
VAULT = NameEnd("kv.vault.azure.net")
HERE = SubnetEnd("machines")
SHUT = fab.group("g", fab.rule("no", 100, fab.IN, fab.DENY))


def vault(**changed: object) -> Snapshot:
    """Return a vault whose zone no network is linked to, and machines beside it."""
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("machines", "net", "10.1.0.0/24"),
            fab.subnet("endpoints", "net", "10.1.9.0/24"),
        ),
        resources=(fab.vault(public=known(False)),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone("privatelink.vaultcore.azure.net", kv="10.1.9.4"),),
        security_groups=(SHUT,),
    )
    return fab.snapshot(replace(plain, **changed))  # type: ignore[arg-type]


def guarded() -> Snapshot:
    shut = fab.subnet(
        "endpoints",
        "net",
        "10.1.9.0/24",
        security_group=known("g"),
        endpoint_policies=known("Enabled"),
    )
    plain = vault()
    return vault(subnets=(plain.fabric.subnets[0], shut))


def pending() -> Snapshot:
    waits = replace(fab.endpoint("endpoints", "10.1.9.4"), approved=known(False))
    return vault(private_endpoints=(waits,))


@pytest.mark.parametrize(
    ("asked", "expected"), [(vault(), A), (guarded(), D), (pending(), D)]
)
def test_the_address_is_judged_by_everything_but_the_name(
    asked: Snapshot, expected: Verdict
) -> None:
    """Azure docs, private-endpoint-overview; the definition is asked by address."""
    found = PathModel.build(asked).partition(HERE, InnerEnd(VAULT), services=HTTPS)
    assert ask(asked, HERE, "10.1.9.4") is expected
    assert (expected is A) == bool(found.allowed)
    assert (expected is D) == (not found.allowed and not found.unknown)
    assert not PathModel.build(asked).partition(HERE, VAULT, services=HTTPS).allowed


def test_what_has_no_private_address_is_not_asked_about() -> None:
    """A name alone is nothing that a packet could be sent to."""
    asked = vault(private_endpoints=())
    found = PathModel.build(asked).partition(HERE, InnerEnd(VAULT), services=HTTPS)
    assert not found.partition.flows
