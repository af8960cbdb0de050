"""Reads a file of requirements: every fault at its line, all of them, or none.

Source: the form is Seawall's own, `docs/guide/design.md`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from seawall.design.requirements import names, what, where, who
from seawall.design.requirements.form import API_VERSION, KEYS, KIND, RULE_SETS
from seawall.design.requirements.needs import Requirements
from seawall.design.requirements.part import Desk, Part
from seawall.design.requirements.platform import platform
from seawall.design.requirements.presets import PRESETS
from seawall.ingest.documents import ReadDocument
from seawall.ingest.files import Walk
from seawall.ingest.near import guess
from seawall.ingest.reader import read_text
from seawall.model.diagnostic import Diagnostic, InputError, Level
from seawall.model.origin import Origin

Read = tuple[Requirements | None, tuple[Diagnostic, ...]]

_LARGEST = 2**20
_VERSION = re.compile(r"1\.\d{1,3}")
_PATCH = re.compile(r"v?(1\.\d{1,3})(?:\.\d+)?")


def read_requirements(path: Path, as_of: date | None = None) -> Read:
    """Return what a file requires, and what is wrong with it.

    Args:
        path: The file; `-` is standard input.
        as_of: The day by which versions of Kubernetes are supported; None for the day
            of the catalogue.

    Returns:
        The requirements, None if there is an error, and every error and warning.
    """
    told: list[Diagnostic] = []
    if path.is_dir():
        return None, (_no_file(path, "is a folder", "name a YAML file in it"),)
    try:
        files = list(Walk(_LARGEST, told).read([path]))
    except InputError as error:
        return None, (error.diagnostic,)
    if len(files) != 1:
        unread = _no_file(path, "cannot be read", "name the YAML file")
        return None, tuple(told) or (unread,)
    text = read_text(files[0])
    told.extend(text.diagnostics)
    if text.templated is not None:
        told.append(_no_file(path, "is a template", "render it, and name the result"))
    if any(item.level is Level.ERROR for item in told):
        return None, tuple(told)
    if len(text.documents) != 1:
        told.append(_not_one(path, len(text.documents)))
        return None, tuple(told)
    found, more = requirements_of(text.documents[0], as_of)
    return found, (*told, *more)


def _no_file(path: Path, what: str, mend: str) -> Diagnostic:
    place = Origin(path.as_posix())
    why = "requirements are one YAML file"
    return Diagnostic(Level.ERROR, place, f"`{path}` {what}", why, mend)


def _not_one(path: Path, count: int) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        Origin(path.as_posix()),
        f"the file holds {count} documents" if count else "the file is empty",
        "requirements are one document",
        "begin with `seawall design --interview`, or copy one of `examples/scenarios`"
        if not count
        else "keep one document in a file",
    )


def requirements_of(document: ReadDocument, as_of: date | None = None) -> Read:
    """Return what a document requires, and what is wrong with it."""
    desk = Desk()
    bare = Part(document.value, document.origin, "", desk)
    if _is_other(document.value):
        bare.tell(
            "the file holds no requirements: it has neither their `kind` nor a key of "
            "theirs but `name`",
            "a design begins with what must hold, not with what stands",
            "begin with `seawall design --interview`, or copy one of "
            "`examples/scenarios`; what stands is given with `--from`",
        )
        return None, tuple(desk.diagnostics)
    _head(bare, document)
    states, origin = _preset(bare)
    top = replace(bare, preset=states, preset_origin=origin)
    given = top.keys("requirements", "the file")
    who.needed(top, given, ("name", "region"), "the file")
    out = Requirements(
        names.cluster_name(given["name"]) if "name" in given else "",
        _region(given.get("region")),
        desk.stated,
        preset=_text(given.get("preset")),
        kubernetes=_version(given.get("kubernetes"), as_of),
        compliance=_rule_sets(given.get("compliance")),
    )
    out = where.places(given.get("addresses"), given.get("network"), out)
    out = what.segments(given.get("segments"), out)
    out = who.api_server(given.get("api-server"), out)
    out = who.operators(given.get("operators"), out)
    out = what.egress(given.get("egress"), out)
    out = who.entries(given.get("ingress"), out)
    out = what.services(given.get("services"), out)
    out = what.pods(given.get("pods"), out)
    out = what.nodes(given.get("nodes"), out)
    out = where.limits(given.get("limits"), out)
    told = sorted(desk.diagnostics, key=_line)
    return (None if desk.has_errors else out), tuple(told)


def _is_other(value: object) -> bool:
    """Whether a document is something else altogether."""
    if not isinstance(value, dict) or not value or value.get("kind") == KIND:
        return False
    theirs = set(KEYS["requirements"]) - {"apiVersion", "kind", "name"}
    return not theirs & value.keys()


def _line(item: Diagnostic) -> int:
    return (item.origin.line or 0) if item.origin is not None else 0


def _head(part: Part, document: ReadDocument) -> None:
    value = part.value
    if not isinstance(value, dict):
        return
    said = {"apiVersion": API_VERSION, "kind": KIND}
    if any(value.get(key) != word for key, word in said.items()):
        part.tell(
            f"the file is not of `apiVersion: {API_VERSION}` and `kind: {KIND}`",
            "another version may mean something else by the same words",
            f"write `apiVersion: {API_VERSION}` and `kind: {KIND}` at its top",
        )
    for pointer in document.repeated:
        place = Part(None, document.origin.at(*pointer), "", part.desk)
        place.tell(
            f"`{pointer[-1]}` stands twice here",
            "only the last one would count",
            "keep one",
        )


def _preset(part: Part) -> tuple[Mapping[str, object], Origin | None]:
    value = part.value
    if not isinstance(value, dict) or "preset" not in value:
        return {}, None
    origin = part.origin.at("preset")
    name = value["preset"]
    if isinstance(name, str) and name in PRESETS:
        return PRESETS[name].states, origin
    Part(name, origin, "preset", part.desk).tell(
        f"`{name}` is no preset",
        "there are " + ", ".join(f"`{known}`" for known in PRESETS),
        guess(str(name), PRESETS, "leave it out, and state each need"),
    )
    return {}, None


def _text(part: Part | None) -> str:
    return part.value if part is not None and isinstance(part.value, str) else ""


def _region(part: Part | None) -> str:
    if part is None:
        return ""
    if isinstance(part.value, list):
        part.tell(
            f"{len(part.value)} regions are listed",
            "a cluster and its network stand in one region",
            "write a file for each region, with ranges that do not overlap, and lead "
            "clients to them in front of both",
        )
        return ""
    text = part.text("the region")
    name = text.lower().replace(" ", "")
    known = platform()
    if name in known.regions or not text:
        if text and text != name:
            part.warn(
                f"`{text}` is region `{name}`",
                "files name it so",
                f"write `{name}`",
            )
        return name
    if name in known.sovereign:
        part.tell(
            f"`{name}` is a region of a sovereign cloud",
            "names of zones and of what a cluster must reach differ there, and the "
            "platform's pages leave some open",
            "design for a region of the public cloud, and adapt the files",
        )
        return ""
    part.tell(
        f"`{text}` is no region of Azure that is known as of {known.as_of}",
        "AKS runs in regions of Azure, and names follow from them",
        guess(name, known.regions, "see `az account list-locations -o table`"),
    )
    return ""


def _version(part: Part | None, as_of: date | None) -> str:
    if part is None:
        return ""
    value = part.value
    if not isinstance(value, str):
        part.tell(
            f"the version {value} is not in quotes",
            "YAML reads 1.30 as the number 1.3",
            'write it as `"1.34"`',
        )
        return ""
    patch = _PATCH.fullmatch(value)
    if not _VERSION.fullmatch(value):
        part.tell(
            f"`{value}` is no minor version of Kubernetes",
            "AKS takes its newest patch by itself",
            f'write `"{patch[1]}"`' if patch else 'write it as `"1.34"`',
        )
        return ""
    known = platform()
    day = as_of or known.as_of
    listed = ", ".join(item.name for item in known.supported(day))
    number = int(value[2:])
    found = next((it for it in known.versions if it.name == value), None)
    if found is None and number < known.versions[0].number[1]:
        part.tell(
            f"Kubernetes {value} is no longer supported by AKS",
            f"no cluster can be made with it; on {day} there are {listed}",
            "state one of these, or none for the newest but one",
        )
    elif found is None:
        part.warn(
            f"Kubernetes {value} is not known as of {known.as_of}",
            f"whether AKS has it is not known; on {day} there were {listed}",
            "see `az aks get-versions`, or state one of these",
        )
    elif found.end < day:
        part.tell(
            f"support of Kubernetes {value} by AKS ended on {found.end}",
            "clusters are not made with it, but by the plan for long-term support; "
            f"on {day} there are {listed}",
            "state one of these, or none for the newest but one",
        )
    elif found.start > day:
        part.warn(
            f"Kubernetes {value} comes to AKS in {found.start:%B %Y}",
            f"on {day} there are {listed}",
            "state one of these, or wait",
        )
    return value


def _rule_sets(part: Part | None) -> tuple[str, ...]:
    if part is None:
        return ()
    found = []
    for item in part.items("`compliance`"):
        name = item.text("the rule set")
        if name and name not in RULE_SETS:
            item.tell(
                f"`{name}` is no rule set that is known",
                "there is " + ", ".join(f"`{known}`" for known in RULE_SETS),
                guess(name, RULE_SETS, "state each need by itself"),
            )
        found.append(name)
    return tuple(found)
