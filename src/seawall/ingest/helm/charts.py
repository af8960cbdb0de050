"""The charts of an input, and the objects that they make."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seawall.ingest.documents import ReadDocument
from seawall.ingest.helm.tool import find_helm, run_template
from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.text.yaml_text import parse_stream, split
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.origin import Origin, Pointer

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,51}[a-z0-9])?")
_SOURCE = re.compile(r"^# Source: [^/\n]+/(\S+)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What charts make.

    Attributes:
        documents: The objects of charts that were rendered.
        folders: The folders of these charts: their files do not count by themselves.
        diagnostics: Charts that could not be rendered.
        assumptions: What was taken for granted of the others.
    """

    documents: tuple[ReadDocument, ...] = ()
    folders: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a file belongs to what a rendered chart is made of."""
        return any(
            path.startswith(_in(folder, f"{part}/"))
            for folder in self.folders
            for part in ("templates", "charts", "crds")
        ) or any(
            path == _in(folder, name)
            for folder in self.folders
            for name in ("Chart.yaml", "values.yaml")
        )


@dataclass(frozen=True, slots=True)
class ChartLines:
    """Finds the line of an object in the template that made it; a `LineFinder`."""

    path: str
    kind: str
    number: int
    found: dict[str, int | None] = field(default_factory=dict, compare=False)

    def __call__(self, _document: int, _pointer: Pointer) -> int | None:
        """Return the line where the kind of the object is written."""
        if "line" not in self.found:
            self.found["line"] = self._line()
        return self.found["line"]

    def _line(self) -> int | None:
        try:
            written = Path(self.path).read_text("utf-8", "replace")
        except OSError:
            return None
        pattern = re.compile(rf"^kind: *[\"']?{re.escape(self.kind)}\b", re.MULTILINE)
        places = [match.start() for match in pattern.finditer(written)]
        if not places:
            return None
        place = places[min(self.number, len(places) - 1)]
        return written.count("\n", 0, place) + 1


def render(
    documents: Sequence[ReadDocument], paths: Sequence[str], *, namespace: str
) -> Rendered:
    """Return what the charts of an input make, each with its own values.

    A chart that another object of the input installs is left alone: that object has
    its own values for it.

    Args:
        documents: Every document of the input.
        paths: Every file of the input.
        namespace: The namespace of objects that state none.
    """
    helm = find_helm()
    charts = _charts(documents, paths)
    if helm is None or not charts:
        return Rendered()
    installed = frozenset(_installed(documents))
    out: list[ReadDocument] = []
    folders: list[str] = []
    diagnostics: list[Diagnostic] = []
    for folder, chart in sorted(charts.items()):
        name = text(mapping(chart.value).get("name")) or ""
        if {name, posixpath.basename(folder)} & installed:
            continue
        release = name if _NAME.fullmatch(name) else "release"
        output = run_template(helm, folder, release, namespace)
        if output.failure is not None:
            diagnostics.append(_failed(chart, name, output.failure))
            continue
        made, faults = _documents(output.text, folder)
        if faults:
            diagnostics.append(_failed(chart, name, faults[0]))
            continue
        out += made
        folders.append(folder)
    return Rendered(tuple(out), tuple(folders), tuple(diagnostics), _assumed(folders))


def _in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _charts(
    documents: Iterable[ReadDocument], paths: Sequence[str]
) -> dict[str, ReadDocument]:
    """Return the outermost charts that have templates, by folder."""
    found = {
        posixpath.dirname(document.path): document
        for document in documents
        if posixpath.basename(document.path) == "Chart.yaml"
        and mapping(document.value).get("type") != "library"
    }
    return {
        folder: chart
        for folder, chart in found.items()
        if not any(folder.startswith(_in(other, "charts/")) for other in found)
        and any(path.startswith(_in(folder, "templates/")) for path in paths)
    }


def _installed(documents: Iterable[ReadDocument]) -> Iterator[str]:
    """Return what HelmReleases and Applications call the charts that they install."""
    for document in documents:
        value = mapping(document.value)
        if value.get("kind") not in ("HelmRelease", "Application", "ApplicationSet"):
            continue
        spec = mapping(value.get("spec"))
        template = mapping(mapping(spec.get("template")).get("spec"))
        chart = mapping(mapping(spec.get("chart")).get("spec"))
        sources = [chart]
        for holder in (spec, template):
            sources += [mapping(holder.get("source"))]
            sources += [mapping(item) for item in sequence(holder.get("sources"))]
        for source in sources:
            for key in ("chart", "path"):
                written = text(source.get(key))
                if written:
                    yield posixpath.basename(written.rstrip("/"))


def _documents(output: str, folder: str) -> tuple[list[ReadDocument], list[str]]:
    made: list[ReadDocument] = []
    faults: list[str] = []
    numbers: dict[tuple[str, str], int] = {}
    for chunk in split(output):
        source = _SOURCE.search(chunk.text)
        path = _in(folder, source[1] if source else "Chart.yaml")
        for found in parse_stream(chunk.text):
            if found.fault is not None:
                faults.append(f"what it made of `{path}` is not valid YAML")
            value: Mapping[object, object] = mapping(found.value)
            if not value:
                continue
            kind = text(value.get("kind")) or "?"
            number = numbers.get((path, kind), 0)
            numbers[path, kind] = number + 1
            place = len([item for item in made if item.path == path])
            origin = Origin(path, place, (), ChartLines(path, kind, number))
            made.append(ReadDocument(found.value, origin, "yaml", found.repeated))
    return made, faults


def _failed(chart: ReadDocument, name: str, words: str) -> Diagnostic:
    return Diagnostic(
        Level.WARNING,
        chart.origin,
        f"`helm` could not render the chart `{name}`: {words}",
        "its templates stay unrendered, and what they make is not known",
        "run `helm template` on it, with your values, and read the result",
    )


def _assumed(folders: Sequence[str]) -> tuple[Assumption, ...]:
    if not folders:
        return ()
    return (
        Assumption(
            "charts-have-their-own-values",
            "charts are installed with the values that they come with, under their "
            "own names",
            "Helm docs, Charts, Values Files: an installation may override any value",
            tuple(folders),
        ),
    )
