"""Calico's policies as they are read here, against `felix`, which reads them anew.

Engine and reference share the nouns that policies become, so a fault in the reading of
the language shows only against somebody who does not.
"""

import json
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import netpol_adapter
from hypothesis import given

from felix import Packet
from seawall.model.trace import Verdict
from strategies_calico import OUTSIDE, PODS, World, worlds

LIST = {"apiVersion": "v1", "kind": "List"}
SERVICES = (
    *product((6, 17), (80, 81, 85, 443, 8080)),
    (132, 80),
    *((1, number) for number in (0, 8 * 256, 8 * 256 + 1)),
)


@given(world=worlds())
def test_policies_of_calico_let_pass_what_felix_does(world: World) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "objects.json"
        path.write_text(json.dumps(LIST | {"items": world.objects}))
        model = netpol_adapter.load([str(path)], "calico")
    assert not model.objects.opaque_policies
    ends = {**PODS, **{address: address for address in OUTSIDE}}
    for (source, a), (destination, b) in product(ends.items(), repeat=2):
        if source == destination or (source in OUTSIDE and destination in OUTSIDE):
            continue
        for protocol, port in SERVICES:
            allowed = world.felix.allows(Packet(a, b, protocol, port))
            wanted = Verdict.ALLOWED if allowed else Verdict.DENIED
            got = model.ask(source, destination, protocol, port)
            assert got is wanted, (source, destination, protocol, port, got)
