"""From templates and parameter files to resource records."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from posixpath import dirname, join, normpath

from seawall.ingest.arm.claims import is_parameters
from seawall.ingest.arm.deployment import Deployment
from seawall.ingest.arm.doubtful import settle, twice
from seawall.ingest.arm.emit import instances
from seawall.ingest.arm.handed import changes_by, changes_of_lost
from seawall.ingest.arm.language.evaluate import Machine
from seawall.ingest.arm.language.functions import library
from seawall.ingest.arm.language.values import Unknown, Value, lookup
from seawall.ingest.arm.nodes import Reading, evaluate
from seawall.ingest.arm.parameters import Chosen, choose
from seawall.ingest.arm.resources import Instance
from seawall.ingest.arm.scope import Json, Scope
from seawall.ingest.arm.targets import Target, coming, level_of, rendered
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Change, ResourceRecord
from seawall.model.origin import Origin

_FRAMES = 8_000
"""Frames that the deepest evaluation needs; its own bounds end it long before."""


def read(
    documents: Sequence[ReadDocument],
    options: Sequence[tuple[str, str]],
    notes: Notes,
    *,
    parts: frozenset[str] = frozenset(),
    modules: Mapping[str, ReadDocument] | None = None,
    trusts: bool = False,
) -> tuple[dict[str, str], list[ResourceRecord]]:
    """Return what kind of document each is, by its path, and all resources.

    Args:
        documents: Those that `claims` accepted.
        options: Names and values of parameters that the user gave.
        notes: What the user must be told.
        parts: Templates that are deployed only where others link to them.
        modules: Templates from elsewhere, by the address that links to them.
        trusts: Whether scripts are taken to change nothing that is asked about.
    """
    files = [item for item in documents if is_parameters(item.value)]
    templates = [item for item in documents if not is_parameters(item.value)]
    kinds = {item.path: "arm-parameters" for item in files}
    kinds.update((item.path, "arm-template") for item in templates)
    reading = Reading(notes, trusts=trusts)
    with _deep():
        found = _Templates(templates, reading, parts, modules or {})
        records = found.records(files, options)
    return kinds, records


@contextmanager
def _deep() -> Iterator[None]:
    """Let evaluation go as deep as its own bounds allow."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Templates:
    """The templates of an input; those that another one links to are parts of it."""

    def __init__(
        self,
        templates: Sequence[ReadDocument],
        reading: Reading,
        parts: frozenset[str],
        modules: Mapping[str, ReadDocument],
    ) -> None:
        self._reading = reading
        self._machine = Machine(library().functions)
        self._modules = modules
        self._by_path = {normpath(item.path): item for item in templates}
        self._hidden: list[Instance] = []
        self._roots = _roots(templates, parts)

    def records(
        self, files: Sequence[ReadDocument], options: Sequence[tuple[str, str]]
    ) -> list[ResourceRecord]:
        chosen = choose(self._roots, files, options, self._machine, self._reading)
        found: dict[str, ResourceRecord] = {}
        for root in self._roots:
            deployment = self._root(root, chosen[root.path])
            for made in settle(list(instances(deployment)), self._reading):
                before = found.get(made.id)
                is_sure = before is not None and not isinstance(before, Change)
                if before is not None and is_sure and not isinstance(made, Change):
                    made = twice(before, made, self._reading)  # noqa: PLW2901
                elif is_sure:
                    continue
                found[made.id] = made
        changes = (changes_by(item, self._reading) for item in self._hidden)
        self._assume()
        lost = changes_of_lost(self._by_path.values())
        return [*found.values(), *(it for each in changes for it in each), *lost]

    def _assume(self) -> None:
        notes = self._reading.notes
        if len(self._roots) > 1:
            notes.assume(
                "one-resource-group",
                f"all {len(self._roots)} templates are deployed to the same resource "
                "group, where they name none",
                "Azure docs, deploy-to-resource-group",
            )
        if self._reading.clouds:
            notes.assume(
                "public-cloud",
                "templates are deployed to the public cloud, whose names "
                "`environment()` gives",
                "Azure docs, template-functions-deployment",
            )

        if self._reading.places:
            notes.assume(
                "order-as-declared",
                "Azure lists the parts of a resource, such as subnets, in the order in "
                "which they are declared: templates take one by its place "
                "(`properties.subnets[0]`)",
                "Azure/arm-template-whatif issue 274 (no order is promised)",
            )

    def _root(self, document: ReadDocument, given: Chosen) -> Deployment:
        template = document.value if isinstance(document.value, dict) else {}
        target = Target(level=level_of(template.get("$schema")))
        name = coming(f"deployment{given.mark}", "the name of the deployment")
        scope = Scope(
            template=template,
            origin=document.origin,
            reading=self._reading,
            machine=self._machine,
            target=target,
            name=name,
            given=given,
            identity=f"@{document.path}",
        )
        return Deployment(scope, template, document.origin, target, self._find)

    def _find(self, instance: Instance) -> tuple[Json, Origin] | None:
        """Return the template of a nested or linked deployment."""
        properties = instance.node.get("properties")
        place = instance.origin.at("properties")
        if isinstance(properties, dict):
            template = properties.get("template")
            if isinstance(template, dict):
                return template, place.at("template")
            link = properties.get("templateLink")
            if isinstance(link, dict):
                return self._linked(link, instance, place.at("templateLink"))
        self._unread(instance, "it has no template", "add its template to the input")
        return None

    def _linked(
        self, link: Mapping[str, object], instance: Instance, place: Origin
    ) -> tuple[Json, Origin] | None:
        value: Value = None
        for key in ("relativePath", "uri", "id"):
            spelled = lookup(link, key)
            if spelled is not None:
                at = place.at(spelled)
                value = evaluate(link[spelled], at, instance.here, self._reading)
                break
        if key == "relativePath" and isinstance(value, str):
            path = normpath(join(dirname(place.path), value))
            document = self._by_path.get(path)
            inside = not value.startswith("/") and "://" not in value
            if inside and document is not None and isinstance(document.value, dict):
                return document.value, document.origin
            why = f"`{value}` is not among the files that were read"
        elif isinstance(value, str) and value in self._modules:
            module = self._modules[value]
            return _mapping(module.value), module.origin
        elif isinstance(value, Unknown):
            why = value.why
        else:
            why = f"`{rendered(value) or '?'}` is not fetched"
        mend = "add the template to the input, and link it by its relative path"
        told = link.get("mend")
        why = f"{why}; nothing is read but the input"
        self._unread(instance, why, told if isinstance(told, str) else mend)
        return None

    def _unread(self, instance: Instance, why: str, mend: str) -> None:
        shown = rendered(instance.name) or "?"
        self._hidden.append(instance)
        self._reading.notes.unmodelled(
            instance.origin,
            f"what the deployment `{shown}` makes is not known",
            why,
            mend,
        )


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _roots(
    templates: Sequence[ReadDocument], parts: frozenset[str]
) -> list[ReadDocument]:
    """Return the templates that are no part of another one.

    Of templates that link to each other in a circle, the first is one.

    Args:
        templates: All of the input.
        parts: Those that are never deployed by themselves.
    """
    links = {normpath(item.path): set(_links(item)) for item in templates}
    alone = [item for item in templates if normpath(item.path) not in parts]
    linked = {
        to
        for item in alone
        for to in _reached(links[normpath(item.path)], links) - {normpath(item.path)}
    }
    roots = [item for item in alone if normpath(item.path) not in linked]
    reached: set[str] = set()
    for item in (*roots, *alone):
        if normpath(item.path) in reached:
            continue
        if item not in roots:
            roots.append(item)
        reached |= _reached({normpath(item.path)}, links)
    return roots


def _reached(first: set[str], links: Mapping[str, set[str]]) -> set[str]:
    """Return what some templates lead to, themselves included."""
    reached: set[str] = set()
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(links.get(path, ()))
    return reached


def _links(document: ReadDocument) -> Iterator[str]:
    """Yield the files that a template links to by paths that are written out."""
    waiting: list[object] = [document.value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
            link = item.get("templateLink")
            path = link.get("relativePath") if isinstance(link, dict) else None
            if isinstance(path, str) and not path.startswith("["):
                yield normpath(join(dirname(document.path), path))
