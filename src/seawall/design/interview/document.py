"""Answers as the document that a file of requirements holds."""

import re
from collections.abc import Mapping, Sequence

from seawall.design.requirements.form import API_VERSION, KIND
from seawall.design.requirements.read import requirements_of
from seawall.ingest.documents import ReadDocument
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin

Answer = str | bool | list[str]
Answers = dict[str, Answer]
Document = dict[str, object]

_PLAIN_DESKS = ("bastion", "pipeline")
_DESKS = ("vpn", "expressroute", "internet", "peering", "bastion", "pipeline")


def document(answers: Mapping[str, Answer]) -> Document:
    """Return the document that some answers make, with what is answered so far."""
    out: Document = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": answers.get("name", "cluster"),
        "region": answers.get("region", "westeurope"),
    }
    parts: Document = {
        "preset": answers.get("preset", ""),
        "api-server": _api_server(answers),
        "operators": _operators(answers),
        "egress": _egress(answers),
        "ingress": _ingress(answers),
        "services": _services(answers),
        "pods": _some(
            answers,
            {
                "control": "control",
                "default-deny": "default-deny",
                "encrypted": "encrypted",
                "network-sees-pods": "network-sees-pods",
            },
        ),
        "segments": _segments(answers),
        "nodes": _nodes(answers),
        "addresses": _addresses(answers),
        "limits": _some(answers, {"firewall": "firewall", "acns": "acns"}),
    }
    return {**out, **{key: value for key, value in parts.items() if value}}


_PLACE = re.compile(r" at answers#\S+")
"""Where another answer stands, which is no place of a file yet."""


def fault(answers: Mapping[str, Answer]) -> str:
    """Return what is wrong with some answers, with what mends it; empty if nothing."""
    read = ReadDocument(document(answers), Origin("answers"))
    _, told = requirements_of(read)
    for item in told:
        if item.level is Level.ERROR:
            return f"{_PLACE.sub('', item.what)}; {item.mend}"
    return ""


def listed(text: Answer | None) -> list[str]:
    """Return what a person wrote with commas or spaces between."""
    if not isinstance(text, str):
        return list(text) if isinstance(text, list) else []
    return text.replace(",", " ").split()


def ports_of(text: Answer | None) -> dict[str, list[int | str]]:
    """Return segments and their ports of `web:8080 api:8443:9090`."""
    out: dict[str, list[int | str]] = {}
    for item in listed(text):
        name, *ports = item.split(":")
        read = [int(port) if port.isdecimal() else port for port in ports]
        out.setdefault(name, []).extend(read)
    return out


def _some(answers: Mapping[str, Answer], keys: Mapping[str, str]) -> Document:
    return {key: answers[name] for key, name in keys.items() if name in answers}


def _api_server(answers: Mapping[str, Answer]) -> Document:
    out = _some(answers, {"access": "access", "run-command": "run-command"})
    if out.get("access") == "ranges":
        out["access"] = listed(answers.get("ranges"))
        if not out["access"]:
            del out["access"]
    return out


def _operators(answers: Mapping[str, Answer]) -> list[Document]:
    out: list[Document] = []
    chosen = listed(answers.get("operators"))
    for desk in (name for name in _DESKS if name in chosen):
        operator: Document = {"name": desk, "via": desk}
        ranges = listed(answers.get(f"operators.{desk}.from"))
        network = answers.get(f"operators.{desk}.network")
        if ranges:
            operator["from"] = ranges
        if network:
            operator["network"] = network
        if desk in _PLAIN_DESKS or (network if desk == "peering" else ranges):
            out.append(operator)
    return out


def _egress(answers: Mapping[str, Answer]) -> Document:
    out = _some(answers, {"to": "egress", "fixed-address": "fixed-address"})
    names = listed(answers.get("names"))
    if out.get("to") == "names" and names:
        out["names"] = names
    return out


def _segments(answers: Mapping[str, Answer]) -> list[Document]:
    out = []
    served = ports_of(answers.get("segments"))
    for name, ports in served.items():
        segment: Document = {"name": name}
        if ports:
            segment["serves"] = list(dict.fromkeys(ports))
        calls = listed(answers.get(f"calls.{name}"))
        kept = [call for call in calls if served.get(call)]
        if kept:
            segment["calls"] = [
                {"to": call, "ports": list(dict.fromkeys(served[call]))}
                for call in kept
            ]
        out.append(segment)
    return out


def _ingress(answers: Mapping[str, Answer]) -> list[Document]:
    way, to = answers.get("way-in", "none"), answers.get("way-in.to")
    served = ports_of(answers.get("segments"))
    if way == "none" or not isinstance(to, str) or not served.get(to):
        return []
    out: Document = {"way": way, "to": to, "port": served[to][0]}
    host = answers.get("way-in.host")
    if host:
        out["host"] = host
    return [out]


def _services(answers: Mapping[str, Answer]) -> list[Document]:
    access = answers.get("services.access", "private")
    kinds: Sequence[str] = listed(answers.get("services"))
    return [
        {"kind": kind, "name": name, "access": _access(kind, access)}
        for kind in kinds
        for name in listed(answers.get(f"services.{kind}"))
    ]


def _access(kind: str, access: Answer) -> Answer:
    """Return how a service is reached; a registry has no service endpoint."""
    refused = kind == "registry" and access == "service-endpoint"
    return "private" if refused else access


def _nodes(answers: Mapping[str, Answer]) -> Document:
    out = _some(answers, {"windows": "windows"})
    count = answers.get("nodes", "")
    if isinstance(count, str) and count:
        number = int(count) if count.isdecimal() else count
        return {"count": number, **out}
    return out


def _addresses(answers: Mapping[str, Answer]) -> Document:
    out: Document = {}
    for key in ("space", "on-premises"):
        ranges = listed(answers.get(key))
        if ranges:
            out[key] = ranges
    return out
