"""Objects that a command of a deployment may change, once they were applied."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from posixpath import basename

from seawall.ingest.documents import ReadDocument
from seawall.ingest.doubts.orders import NAMESPACE, Order, orders_of
from seawall.ingest.doubts.trusted import OR_TRUST
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
    # What a command applies that is in the input is read there.
    given = [it for it in given if not (it.order.file in known and it.order.adds)]
    out = _doubted(documents, known, given)
    out += [_release(item) for item in given if item.order.release]
    told = [
        Diagnostic(
            *(Level.UNMODELLED, item.origin, item.what, item.order.why),
            f"give what is there after it (`kubectl get … -A -o yaml`), {OR_TRUST}",
        )
        for item in given
    ]
    made = (it for it in given if it.order.adds and not it.order.release)
    return Carried(out, tuple(map(_made, made)), tuple(dict.fromkeys(told)))


def _within(known: AbstractSet[str], order: Order) -> Order:
    """Return an order; about any file, where its own is not in the input."""
    return order if order.file in known else replace(order, file="")


def _doubted(
    documents: Iterable[ReadDocument], known: AbstractSet[str], given: Iterable[Ordered]
) -> list[ReadDocument]:
    """Return documents, in doubt for the first command that may change one."""
    orders = [
        (_within(known, it.order), it.what) for it in given if not it.order.release
    ]
    out: list[ReadDocument] = []
    for document in documents:
        name = basename(document.path)
        near = [it for it in orders if it[0].file in ("", name)]
        found = None if document.doubt else _first(document, near)
        out.append(document if found is None else replace(document, doubt=found))
    return out


def _first(document: ReadDocument, orders: list[tuple[Order, str]]) -> str | None:
    """Return what is not run of the first order about one of a document's objects."""
    first: str | None = None
    for record in records_of(document) if orders else ():
        for index, (order, what) in enumerate(orders):
            if _is_meant(record, order):
                first, orders = what, orders[:index]
                break
    return first


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
