"""Which values a template's parameters get: from files beside it and from options.

A file belongs to a template by its name: `main.parameters.json` to `main.json`, with or
without the name of an environment in it. Where several could be meant, none is chosen.

Source: Azure docs, parameter-files, read 2026-11.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from posixpath import normpath

from seawall.ingest.arm.language.evaluate import Machine
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    DEEPEST,
    Array,
    Object,
    Unknown,
    Value,
    joined,
    lookup,
)
from seawall.ingest.arm.nodes import Reading, evaluate
from seawall.ingest.arm.scope import Scope
from seawall.ingest.arm.targets import Target, coming
from seawall.ingest.documents import ReadDocument
from seawall.model.origin import Origin

OPEN = "#open"
"""The key under which a parameter file keeps why it may give more than it shows."""

_ENDING = ".parameters"
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)(?:=[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values that a template is given.

    Attributes:
        template: The template, as the user named its file.
        mark: What tells its parameters from those of other templates.
        file: The parameter file that holds, if one does.
        options: Values that the user gave, by the name of the parameter in lower case.
        kinds: The declared type of each parameter, by its name in lower case.
        around: What is around the expressions of the file; None if it has none.
        doubted: Parameters that several files could give a value.
    """

    template: str
    mark: str
    file: ReadDocument | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    around: Scope | None = None
    doubted: frozenset[str] = frozenset()

    def __call__(self, name: str) -> tuple[Value, Origin] | None:
        """Return the value of a parameter, by its name in lower case."""
        if name in self.options:
            value = typed(self.options[name], self.kinds.get(name, ""))
            return value, Origin(f"--set {name}")
        if name in self.doubted:
            return self._doubt(name), Origin(self.template)
        if self.file is None or not isinstance(self.file.value, dict):
            return None
        return self._of_file(self.file, self.file.value, name)

    def _of_file(
        self, file: ReadDocument, value: Mapping[str, Value], name: str
    ) -> tuple[Value, Origin] | None:
        """Return what a file gives to a parameter."""
        listed = value["parameters"]
        spelled = lookup(listed, name)
        if spelled is None:
            why = value.get(OPEN)
            if why is None:
                return None
            return Unknown(f"open {self.mark}{name}", str(why)), file.origin
        place = file.origin.at("parameters", spelled)
        given = listed[spelled]
        if isinstance(given, dict) and "value" in given:
            place = place.at("value")
            if self.around is not None:
                here, reading = self.around.here, self.around.reading
                return evaluate(given["value"], place, here, reading), place
            return placed(given["value"], place), place
        why = f"`parameters('{spelled}')` comes from a key vault at deployment"
        return Unknown(f"secret {self.mark}{name}", why), place

    def _doubt(self, name: str) -> Unknown:
        why = f"several parameter files could give `{name}` its value"
        return Unknown(f"doubted {self.mark}{name}", why)

    def missing(self, name: str) -> Unknown:
        """Return what stands for a parameter that has no value."""
        shown = f"[parameters('{name}')]"
        if self.template.endswith(".bicep"):
            shown = f"param {name}"
        why = f"`{shown}` has no value: give a parameter file or `--set {name}=…`"
        return Unknown(f"parameters('{name.lower()}'){self.mark}", why)


def placed(value: Value, place: Origin, depth: int = 0) -> Value:
    """Return a value that knows where it is written, its parts too."""
    if depth > DEEPEST:
        raise Fault(f"it is nested deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        inner = {
            str(key): placed(item, place.at(key), depth + 1)
            for key, item in value.items()
        }
        return Object(inner, place)
    if isinstance(value, list):
        items = [placed(item, place.at(at), depth + 1) for at, item in enumerate(value)]
        return Array(items, place)
    return _filled(value) if isinstance(value, str) and "${" in value else value


def _filled(text: str) -> Value:
    """Return a text without what is filled in before it is deployed.

    Source: Azure Developer CLI docs, `main.parameters.json`: `${NAME}` and
    `${NAME=default}` stand for variables of the environment; read 2026-11.
    """
    parts: list[Value] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        why = f"`{found[0]}` is filled in when the template is deployed"
        parts += [text[end : found.start()], Unknown(f"${found[1]}", why)]
        end = found.end()
    parts = [it for it in (*parts, text[end:]) if it != ""]
    return parts[0] if len(parts) == 1 else joined([_as_text(it) for it in parts])


def _as_text(value: Value) -> Value:
    return replace(value, kind="string") if isinstance(value, Unknown) else value


def typed(text: str, kind: str) -> Value:
    """Return a value that was given as text: JSON, or as it is where text is asked."""
    if kind in {"string", "securestring"}:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def unread(origin: Origin) -> ReadDocument:
    """Return what stands for a parameter file that cannot be read."""
    why = f"`{origin.path}` may give it a value, and cannot be read"
    schema = "https://schema.management.azure.com/schemas/2019-04-01/"
    value = {
        "$schema": f"{schema}deploymentParameters.json#",
        "parameters": {},
        OPEN: why,
    }
    return ReadDocument(value, origin, "json")


def choose(
    templates: Sequence[ReadDocument],
    files: Sequence[ReadDocument],
    options: Sequence[tuple[str, str]],
    machine: Machine,
    reading: Reading,
) -> dict[str, Chosen]:
    """Return what each template is given, by its path."""
    given = {name.lower(): value for name, value in options}
    out: dict[str, Chosen] = {}
    used: set[str] = set()
    asked: set[str] = set()
    for template in templates:
        kinds = _kinds(template)
        asked.update(kinds)
        fitting = _fitting(template, templates, files)
        if len(fitting) > 1:
            names = ", ".join(f"`{item.path}`" for item in fitting)
            reading.notes.error(
                template.origin,
                f"{len(fitting)} parameter files could belong to `{template.path}`",
                f"{names}; what they give is not known, since they may differ",
                "name the template and the one file that holds on the command line",
            )
        file = fitting[0] if len(fitting) == 1 else None
        used.update(item.path for item in fitting)
        if file is not None:
            reading.notes.assume(
                "parameter-file",
                f"`{template.path}` is deployed with the parameters of `{file.path}`",
                "Azure docs, parameter-files",
            )
            _report_strangers(file, kinds, template, reading)
        mark = "" if len(templates) == 1 else f" of {template.path}"
        own = {name: text for name, text in given.items() if name in kinds}
        around = _around(file, machine, reading)
        several = fitting if file is None else []
        doubted = frozenset[str]().union(*map(_names, several))
        if any(map(_is_open, several)):
            doubted |= kinds.keys()
        out[template.path] = Chosen(
            template.path, mark, file, own, kinds, around, doubted
        )
    _report_unused(files, used, options, asked, reading)
    return out


def _kinds(template: ReadDocument) -> dict[str, str]:
    value = template.value
    section = (
        value.get(lookup(value, "parameters") or "") if isinstance(value, dict) else {}
    )
    if not isinstance(section, dict):
        return {}
    return {
        str(name).lower(): str(item.get("type") or "").lower()
        if isinstance(item, dict)
        else ""
        for name, item in section.items()
    }


def _around(
    file: ReadDocument | None, machine: Machine, reading: Reading
) -> Scope | None:
    """Return what is around the expressions of a parameter file that has any."""
    if file is None or not isinstance(file.value, dict) or "using" not in file.value:
        return None
    return Scope(
        template=file.value,
        origin=file.origin,
        reading=reading,
        machine=machine,
        target=Target(),
        name=coming("deployment", "the name of the deployment"),
        given=Chosen(file.path, ""),
        identity=f"@{file.path}",
    )


def _fitting(
    template: ReadDocument,
    templates: Sequence[ReadDocument],
    files: Sequence[ReadDocument],
) -> list[ReadDocument]:
    """Return the files that could give the parameters of a template."""
    named = [
        item
        for item in files
        if _belongs(item, template.path) or _may_belong(item, template, templates)
    ]
    if named:
        return named
    files = [item for item in files if _using(item) is None]
    if len(templates) != 1:
        return []
    kinds = _kinds(template)
    return [
        item
        for item in files
        if (_names(item) or _is_open(item)) and _names(item) <= kinds.keys()
    ]


def _belongs(file: ReadDocument, template: str) -> bool:
    """Whether a file says that it is for a template, or has a name that says so."""
    using = _using(file)
    if using is not None:
        return using == normpath(template)
    return _is_beside(file.path, template)


def _may_belong(
    file: ReadDocument, template: ReadDocument, templates: Sequence[ReadDocument]
) -> bool:
    """Whether a file of Bicep may be for a template, where what it names is not read.

    It is for the one that it stands beside and is called like; without one, for any.
    """
    if _using(file) != "" or not _is_open(file):
        return False
    here = PurePosixPath(file.path)
    alike = {
        it.path
        for it in templates
        if PurePosixPath(it.path).parent == here.parent
        and f"{here.stem}.".lower().startswith(
            f"{PurePosixPath(it.path).stem}.".lower()
        )
    }
    return template.path in alike or not alike


def _using(file: ReadDocument) -> str | None:
    """Return the template that a file names; None for one that cannot name any."""
    found = file.value.get("using") if isinstance(file.value, dict) else None
    return found if isinstance(found, str) else None


def _is_beside(file: str, template: str) -> bool:
    here, there = PurePosixPath(file), PurePosixPath(template)
    stem = there.stem.lower()
    if here.parent != there.parent or file == template:
        return False
    name = here.stem.lower()
    return name == stem + _ENDING or (name.startswith(stem + ".") and _ENDING in name)


def _is_open(file: ReadDocument) -> bool:
    """Whether a file may give more than it shows."""
    return isinstance(file.value, dict) and OPEN in file.value


def _names(file: ReadDocument) -> set[str]:
    value = file.value
    listed = value["parameters"] if isinstance(value, dict) else {}
    return {str(name).lower() for name in listed}


def _report_strangers(
    file: ReadDocument,
    kinds: Mapping[str, str],
    template: ReadDocument,
    reading: Reading,
) -> None:
    strangers = sorted(_names(file) - kinds.keys())
    if strangers:
        shown = ", ".join(f"`{name}`" for name in strangers[:4])
        reading.notes.error(
            file.origin,
            f"`{template.path}` has no parameter {shown}",
            "the platform refuses parameters that the template does not declare",
            "check that the file belongs to the template",
        )


def _report_unused(
    files: Sequence[ReadDocument],
    used: set[str],
    options: Sequence[tuple[str, str]],
    asked: set[str],
    reading: Reading,
) -> None:
    for file in files:
        if file.path not in used:
            reading.notes.note(
                file.origin,
                f"the parameter file `{file.path}` belongs to no template of the input",
                "a file is found beside its template by its name, as "
                "`main.parameters.json` beside `main.json`",
                "name the template with it on the command line",
            )
    for name, _ in options:
        if name.lower() not in asked:
            reading.notes.error(
                None,
                f"no template has a parameter `{name}`",
                "it was given with `--set`",
                "check its spelling",
            )
