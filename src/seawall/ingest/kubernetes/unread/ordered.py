"""Objects that a command of a deployment may change, once they were applied."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from posixpath import basename

from seawall.ingest.documents import ReadDocument
from seawall.ingest.doubts.orders import NAMESPACE, Order, orders_of
from seawall.ingest.kubernetes.terms.record import Record, records_of
from seawall.ingest.kubernetes.unread.unrendered import (
    Template,
    policy_language,
)
from seawall.ingest.text.template import TemplatedObject
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_ANY = ("networking.k8s.io/v1", "NetworkPolicy")


@dataclass(frozen=True, slots=True)
class Ordered:
    """A command about objects.

    Attributes:
        order: What it may change.
        what: What is not run, as a clause.
        origin: Its place.
    """

    order: Order
    what: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Carried:
    """What is left of objects after commands that are not run.

    Attributes:
        documents: All of them, in doubt where a command may change what they hold.
        templates: What stands for policies that commands may make.
        diagnostics: What is told of the commands.
    """

    documents: list[ReadDocument]
    templates: tuple[Template, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def carried(
    documents: Sequence[ReadDocument], commands: Iterable[tuple[str, str, Origin]]
) -> Carried:
    """Return objects after commands that are not run.

    Args:
        documents: Those that hold objects.
        commands: Of each what is not run, as a clause, its text, and its place.
    """
    given = [
        Ordered(order, what, origin)
        for what, text, origin in commands
        for order in orders_of(text)
    ]
    if not given:
        return Carried(list(documents))
    known = {basename(it.path) for it in documents}
    out = list(documents)
    templates: list[Template] = []
    told: list[Diagnostic] = []
    for item in given:
        order = item.order
        if order.file in known and order.adds:
            continue  # What it applies is in the input, and read there.
        order = order if order.file in known else replace(order, file="")
        out = [_doubted(it, order, item.what) for it in out]
        if order.release:
            out.append(_release(item))
        elif order.adds:
            templates.append(_made(item))
        told.append(
            Diagnostic(
                *(Level.UNMODELLED, item.origin, item.what, order.why),
                "give what is there after it (`kubectl get … -A -o yaml`)",
            )
        )
    return Carried(out, tuple(templates), tuple(dict.fromkeys(told)))


def _doubted(document: ReadDocument, order: Order, why: str) -> ReadDocument:
    if order.release or document.doubt or not any(_touched(document, order)):
        return document
    return replace(document, doubt=why)


def _touched(document: ReadDocument, order: Order) -> Iterator[bool]:
    if order.file and basename(document.path) != order.file:
        return
    for record in records_of(document):
        yield _is_meant(record, order)


def _is_meant(record: Record, order: Order) -> bool:
    if order.name is not None and record.name != order.name:
        return False
    kind = record.kind.lower()
    if order.kind == NAMESPACE:
        return kind == NAMESPACE
    language = policy_language(record.api_version, record.kind)
    if language is None or order.kind not in ("", kind):
        return False
    space = record.namespace or "default"
    return order.namespace in (None, space) or not language.namespaced


def _made(item: Ordered) -> Template:
    line = item.origin.line or 1
    one = TemplatedObject(*_ANY, item.order.name, item.order.namespace, line)
    return Template(item.origin.path, (one,), lost=True, why=item.what)


def _release(item: Ordered) -> ReadDocument:
    order = item.order
    spec = {"targetNamespace": order.namespace} if order.namespace else {}
    value = {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": order.name or "?"},
        "spec": spec,
    }
    return ReadDocument(value, item.origin, "json")
