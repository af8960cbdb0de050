"""Reads a file of suppressions: findings that are known and fine."""

from dataclasses import replace

from seawall.ingest.documents import ReadDocument
from seawall.ingest.intents.form import API_VERSION
from seawall.ingest.intents.terms import Desk
from seawall.model.diagnostic import Diagnostic
from seawall.model.origin import Origin
from seawall.model.suppression import Suppression

_KEYS = ("rule", "subject", "path", "reason", "expires")


def read_suppressions(
    document: ReadDocument,
) -> tuple[tuple[Suppression, ...], tuple[Diagnostic, ...]]:
    """Return the suppressions of a document, in order, and what is wrong with them.

    One that has a fault is kept as one that is not heeded.
    """
    desk = Desk()
    origin = document.origin
    given = desk.head(document, {"apiVersion": API_VERSION}, ("suppress",))
    general = desk.fault
    listed = given.get("suppress")
    if not isinstance(listed, list):
        desk.tell(
            origin,
            "the file lists nothing to `suppress`",
            "it would have no effect",
            "write a list under `suppress:`",
        )
        listed = []
    found = []
    for at, item in enumerate(listed):
        own = Desk(fault=general)
        read = _suppression(item, origin.at("suppress", at), own)
        found.append(replace(read, fault=own.fault))
        desk.diagnostics.extend(own.diagnostics)
    return tuple(found), tuple(desk.diagnostics)


def _suppression(value: object, origin: Origin, desk: Desk) -> Suppression:
    given = desk.mapping(value, origin, "a suppression")
    desk.only(given, _KEYS, origin, "a suppression")
    texts = {
        key: desk.text(given[key], origin.at(key), f"`{key}`")
        for key in ("rule", "subject", "path", "reason")
        if key in given
    }
    for key in ("rule", "reason"):
        if key not in given:
            desk.tell(
                origin,
                f"the suppression gives no `{key}`",
                "it says what is not told, and why that is fine",
                f"write `{key}:`",
            )
    expires = None
    if "expires" in given:
        expires = desk.day(given["expires"], origin.at("expires"))
    return Suppression(
        texts.get("rule", "").upper(),
        texts.get("subject", ""),
        texts.get("path", ""),
        texts.get("reason", ""),
        expires,
        origin,
    )
