"""Connectivity maps of Calico's policies that another analyzer computed.

No second tool has confirmed these maps, so where we differ is settled by Calico's
source, and listed. The analyzer knows one tier, takes no address of a pod for one of
`nets`, and treats host endpoints as it does pods.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import netpol_adapter
import pytest
import yaml
from recorded import known_disagreements
from test_recorded_maps import CORPUS, files_of, pairs_of

from seawall.engine.policy import Services
from seawall.model.packet import LAST_PORT, PortRange, Protocol

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded corpora are absent"),
]
NUMBERS = {
    "TCP": 6,
    "UDP": 17,
    "SCTP": 132,
    "ICMP": 1,
    "VRRP": 112,
}
OTHERS = "testcase26"  # Istio and Ingress are mixed in
LAST_TYPE = 254  # of ICMP, for the analyzer as for Calico
ANY = (PortRange(0, LAST_PORT),)
_TEXT = re.compile(
    r"\{protocols:(?P<names>[A-Z, ]+?)(?:,dst_ports:(?P<ports>[\d,-]+))?"
    r"(?:,icmp_type:(?P<types>[\d,-]+))?(?:,icmp_code:(?P<codes>[\d,-]+))?\}"
)


@dataclass(frozen=True)
class Granted:
    """What one text of a map grants."""

    protocols: frozenset[int] | None
    ports: tuple[PortRange, ...] = ANY
    types: tuple[PortRange, ...] = ANY
    codes: tuple[PortRange, ...] = ANY
    but: bool = False

    def holds(self, protocol: int, port: int) -> bool:
        """Whether it grants a protocol and port, or ICMP message."""
        named = self.protocols is None or protocol in self.protocols
        if protocol == Protocol.ICMP:
            fits = _within(port // 256, self.types) and _within(port % 256, self.codes)
        else:
            fits = _within(port, self.ports)
        return (named and fits) is not self.but


def _within(value: int, ranges: tuple[PortRange, ...]) -> bool:
    return any(value in item for item in ranges)


@cache
def granted(text: str) -> Granted:
    """Read `All connections`, `{protocols:TCP,dst_ports:53}` or `All but {…}`."""
    if text == "All connections":
        return Granted(None)
    match = _TEXT.fullmatch(text.removeprefix("All but "))
    assert match, text
    ranges = {
        name: tuple(PortRange.parse(part) for part in match[name].split(","))
        for name in ("ports", "types", "codes")
        if match[name]
    }
    names = frozenset(NUMBERS[name.strip()] for name in match["names"].split(","))
    return Granted(names, **ranges, but=text.startswith("All but "))


def probes(services: Services) -> Iterator[tuple[int, int]]:
    """Yield protocols and ports: of everything that is told apart, the borders."""
    borders: dict[int, set[int]] = {number: {1, 80, 443} for number in NUMBERS.values()}
    borders[1] = {0, 8 * 256, 105 * 256 + 54}
    for atom in services.atoms:
        if atom.protocol in borders:
            borders[atom.protocol].update(each for part in atom.ports for each in part)
    for protocol, ports in borders.items():
        for port in ports:
            if protocol != Protocol.ICMP or port // 256 <= LAST_TYPE:
                yield protocol, port


def workload_endpoints(value: Any) -> Iterator[Any]:
    """Yield objects, those that Calico makes of pods turned into the pods."""
    if isinstance(value, list):
        for item in value:
            yield from workload_endpoints(item)
    elif isinstance(value, dict) and str(value.get("kind")).endswith("List"):
        kind = value["kind"].removesuffix("List")
        own = {"apiVersion": value["apiVersion"], "kind": kind} if kind else {}
        yield from workload_endpoints([own | item for item in value["items"]])
    elif isinstance(value, dict) and value.get("kind") == "WorkloadEndpoint":
        labels, spec = value["metadata"]["labels"], value["spec"]
        own = {key: it for key, it in labels.items() if "projectcalico.org" not in key}
        account = labels.get("projectcalico.org/serviceaccount", "default")
        ports = [
            {**port, "containerPort": port["port"]} for port in spec.get("ports", [])
        ]
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": spec["pod"],
                "namespace": value["metadata"]["namespace"],
                "labels": own,
            },
            "spec": {
                "serviceAccountName": account,
                "containers": [{"name": "c", "image": "c", "ports": ports}],
            },
            "status": {"podIP": spec["ipNetworks"][0].split("/")[0]},
        }
    elif value is not None:
        value["metadata"]["name"] = value["metadata"]["name"].lower()
        yield value


class _Loader(yaml.SafeLoader):
    """Reads `20:21` as text, as Kubernetes does, and not as a number to base 60."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"[-+]?[0-9]+$") if tag.endswith(":int") else pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":timestamp", ":float"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _rows() -> list[dict[str, Any]]:
    lines = (CORPUS / "derived.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        row
        for row in rows
        if "calico_testcases" in row["scheme"] and OTHERS not in row["scheme"]
    ]


def _model(row: dict[str, Any], folder: Path) -> netpol_adapter.EngineModel | None:
    files = files_of(row)
    if files is None:
        return None
    objects = [
        item
        for file in files
        for document in yaml.load_all(file.read_text(), Loader=_Loader)
        for item in workload_endpoints(document)
    ]
    path = folder / "objects.yaml"
    path.write_text(yaml.safe_dump_all(objects))
    model = netpol_adapter.load([str(path)], "calico")
    assert isinstance(model, netpol_adapter.EngineModel)
    return model


def test_recorded_maps_of_calico_are_ours(tmp_path: Path) -> None:
    known = known_disagreements("nca-schemes", "calico")
    equal = unknown = 0
    explained: set[int] = set()
    wrong: list[str] = []
    for number, row in enumerate(_rows()):
        folder = tmp_path / str(number)
        folder.mkdir()
        model = _model(row, folder)
        for wanted, got, words in _answers(model, row) if model else ():
            entry = _entry(known, row["config"], recorded=wanted)
            if got is None:
                unknown += 1
            elif wanted == got:
                equal += 1
            elif entry is None:
                wrong.append(words)
            else:
                explained.add(entry)
    assert not wrong, (len(wrong), wrong[:10])
    assert explained == set(range(len(known)))
    assert equal > 1_000_000
    assert unknown < equal // 5


def _answers(
    model: netpol_adapter.EngineModel, row: dict[str, Any]
) -> Iterator[tuple[bool, bool | None, str]]:
    """Yield what a map says of each question, what we say, and the question."""
    asked = [
        (protocol, port, model.table.services.mask_of(protocol, port))
        for protocol, port in probes(model.table.services)
    ]
    for source, destination, texts, words in pairs_of(model, row):
        if any(it.address and it.address.version == 6 for it in (source, destination)):
            continue  # no pod has such an address
        answer = model.answer(source, destination)
        grants = [granted(text) for text in texts]
        for protocol, port, bit in asked:
            wanted = any(item.holds(protocol, port) for item in grants)
            got = None if bit & answer.unknown else bool(bit & answer.allowed)
            yield wanted, got, f"{words} {protocol}/{port}"


def _entry(known: list[dict[str, Any]], case: str, *, recorded: bool) -> int | None:
    for number, item in enumerate(known):
        if case in item["cases"] and item["recorded"] is recorded:
            return number
    return None
