"""Connectivity maps that another analyzer computed, recorded beside the project.

Only the maps are asked that an independent evaluator confirmed. That analyzer lets an
ipBlock match no pods and treats pods on the host network as ordinary ones; we say
unknown there.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import netpol_adapter
import pytest
import yaml

from seawall.engine.policy import Services
from seawall.model.packet import LAST_PORT, PortRange, Protocol

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "netpol" / "nca-schemes"
WHOLE = "0.0.0.0-255.255.255.255"
NAMED = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded corpora are absent"),
]


def test_recorded_maps_are_ours() -> None:
    pairs = unknown = 0
    wrong: list[str] = []
    for row in _rows():
        files = files_of(row)
        if files is None:
            continue
        model = netpol_adapter.load([str(path) for path in files], "api")
        assert isinstance(model, netpol_adapter.EngineModel)
        for source, destination, texts, words in pairs_of(model, row):
            pairs += 1
            yes, no = _masks(model.table.services, texts)
            answer = model.answer(source, destination)
            if answer.allowed & no or yes & ~answer.possible:
                wrong.append(words)
            unknown += bool((yes | no) & answer.unknown)
    assert not wrong, (len(wrong), wrong[:10])
    assert pairs > 30_000
    assert unknown < pairs // 10


def pairs_of(
    model: netpol_adapter.EngineModel, row: dict[str, Any]
) -> Iterator[tuple[netpol_adapter.End, netpol_adapter.End, frozenset[str], str]]:
    """Yield every ordered pair of ends of a map, and what the map grants to it."""
    recorded = json.loads((CORPUS / row["map"]).read_text())
    names = recorded["endpoints"]
    ranges = [name for name in names if "/" not in name]
    texts = _texts(recorded["conns"], names)
    asked = [
        (at, end)
        for at, name in enumerate(names)
        if name != WHOLE or len(ranges) == 1  # else its parts are asked
        for end in _ends(model, name)
    ]
    for (source, a), (destination, b) in product(asked, repeat=2):
        if source != destination and (a.workload or b.workload):
            said = texts.get((source, destination), frozenset())
            words = f"{row['config']}: {names[source]} -> {names[destination]}: {said}"
            yield a, b, said, words


def _rows() -> list[dict[str, Any]]:
    lines = (CORPUS / "derived.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["agrees_with_independent_evaluator"]]


def files_of(row: dict[str, Any]) -> list[Path] | None:
    """Return the files of one configuration; None where one is not there."""
    path = CORPUS / row["scheme"]
    scheme = yaml.safe_load(path.read_text())
    config = next(
        item for item in scheme["networkConfigList"] if item["name"] == row["config"]
    )
    named: list[str] = []
    for key in ("namespaceList", "podList", "resourceList", "networkPolicyList"):
        value = config.get(key, scheme.get(key)) or []
        named += [value] if isinstance(value, str) else value
    files = [path.parent / name for name in named]
    return files if all(file.exists() for file in files) else None


def _ends(model: netpol_adapter.EngineModel, name: str) -> list[netpol_adapter.End]:
    """Return the pod, or the borders of the range, that a map names.

    Pods on the host network are left out, because we treat them in another way, and
    so are borders that are some pod's address.
    """
    if "/" in name:
        return [end for end in model.ends(name) if not end.on_host]
    if not re.fullmatch(r"[0-9a-f.:]+(-[0-9a-f.:]+)?", name):
        return []  # a host endpoint of Calico
    ends = [end for border in name.split("-") for end in model.ends(border)]
    return [end for end in ends if end.workload is None and end.node is None]


def _texts(
    conns: dict[str, dict[str, list[int]]], names: list[str]
) -> dict[tuple[int, int], frozenset[str]]:
    """Return what each pair of ends is granted, by position.

    What a map grants to the whole address space it grants to each range as well.
    """
    ranges = [at for at, name in enumerate(names) if "/" not in name]

    def meant(at: int) -> list[int]:
        return ranges if names[at] == WHOLE else [at]

    found: dict[tuple[int, int], frozenset[str]] = {}
    for source, row in conns.items():
        for text, destinations in row.items():
            for destination in destinations:
                for key in product(meant(int(source)), meant(destination)):
                    found[key] = found.get(key, frozenset()) | {text}
    return found


def _masks(services: Services, texts: frozenset[str]) -> tuple[int, int]:
    """Return the services that a map says pass, and those that it says do not."""
    granted = [_granted(text) for text in texts]
    borders = {1, LAST_PORT}
    for ranges in granted:
        for _, ports in ranges:
            borders |= {ports.first - 1, ports.first, ports.last, ports.last + 1}
    for atom in services.atoms:
        borders.update(first for first, _ in atom.ports)
    yes = no = 0
    for protocol in NAMED:
        for port in borders:
            if 1 <= port <= LAST_PORT:
                bit = services.mask_of(protocol, port)
                if any(
                    name is protocol and port in ports
                    for ranges in granted
                    for name, ports in ranges
                ):
                    yes |= bit
                else:
                    no |= bit
    return yes, no


def _granted(text: str) -> list[tuple[Protocol, PortRange]]:
    """Read `All connections` or `{protocols:TCP, UDP,dst_ports:53,80-90}`."""
    everything = PortRange(0, LAST_PORT)
    if text == "All connections":
        return [(name, everything) for name in NAMED]
    parts = re.fullmatch(r"{protocols:([A-Z, ]+?)(?:,dst_ports:([\d,-]+))?}", text)
    assert parts, text
    names = [Protocol[name.strip()] for name in parts[1].split(",")]
    ports = [PortRange.parse(item) for item in (parts[2] or "*").split(",")]
    return [(name, port) for name in names for port in ports]
