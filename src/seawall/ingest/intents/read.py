"""Reads a file of intents.

Each fault is told at its line, and the intent that it stands in is kept as one that
cannot be judged, so that it is never taken to hold.

Source: the form is Seawall's own, `docs/guide/intents.md`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from seawall.ingest.documents import ReadDocument
from seawall.ingest.intents.form import API_VERSION, KIND
from seawall.ingest.intents.groups import Groups
from seawall.ingest.intents.presets import PRESETS, preset
from seawall.ingest.intents.terms import Desk
from seawall.model.diagnostic import Diagnostic
from seawall.model.intent import Demand, Exemption, Intent, Written
from seawall.model.origin import Origin

_PLAIN = {
    demand.value: demand
    for demand in (Demand.FORBID, Demand.REQUIRE, Demand.ONLY, Demand.CONFINE)
}
_COMMON = ("name", "except", "because")
_EXEMPTION = ("from", "to", "ports", "reason", "expires")


def read_intents(
    document: ReadDocument,
) -> tuple[tuple[Intent, ...], tuple[Diagnostic, ...]]:
    """Return the intents of a document, in order, and what is wrong with them."""
    desk = Desk()
    origin = document.origin
    given = desk.head(
        document, {"apiVersion": API_VERSION, "kind": KIND}, ("groups", "intents")
    )
    general = desk.fault
    groups = Groups.read(given.get("groups"), origin.at("groups"), desk)
    listed = given.get("intents")
    if not isinstance(listed, list) or not listed:
        desk.tell(
            origin.at("intents") if "intents" in given else origin,
            "the file lists no `intents`",
            "nothing would be tested",
            "write a list of intents under `intents:`",
        )
        listed = []
    found: list[Intent] = []
    for at, item in enumerate(listed):
        own = Desk(fault=general)
        read = _intents(item, origin.at("intents", at), groups, own)
        found.extend(replace(each, fault=each.fault or own.fault) for each in read)
        desk.diagnostics.extend(own.diagnostics)
    if not found:
        found.append(unread(origin, desk.fault))
    return tuple(found), tuple(desk.diagnostics)


def unread(origin: Origin, fault: str) -> Intent:
    """Return what stands for intents that cannot be read, so that they are not lost."""
    name = f"the intents of {origin.path}"
    return Intent(name, Demand.FORBID, (), (), (), "", (), "", origin, fault)


def _intents(
    value: object, origin: Origin, groups: Groups, desk: Desk
) -> tuple[Intent, ...]:
    given = desk.mapping(value, origin, "an intent")
    name = (
        desk.text(given["name"], origin.at("name"), "the name")
        if ("name" in given)
        else ""
    )
    because = ""
    if "because" in given:
        because = desk.text(given["because"], origin.at("because"), "`because`")
    exemptions = tuple(
        _exemptions(given.get("except"), origin.at("except"), groups, desk)
    )
    demands = [key for key in (*_PLAIN, "preset") if key in given]
    bare = Intent(
        name or "an intent without a name",
        Demand.FORBID,
        (),
        (),
        (),
        "",
        exemptions,
        because,
        origin,
    )
    if len(demands) != 1:
        if not desk.fault:
            known = ", ".join(f"`{key}`" for key in (*_PLAIN, "preset"))
            what = "demands nothing" if not demands else "demands two things"
            desk.tell(
                origin,
                f"the intent {what}",
                "what must hold is under exactly one of " + known,
                "write one of them, or make two intents of it",
            )
        return (replace(bare, fault=desk.fault),)
    if demands == ["preset"]:
        return _preset(given, bare, groups, desk, named=bool(name))
    return (_plain(demands[0], given, bare, groups, desk),)


def _preset(
    given: Mapping[str, object],
    bare: Intent,
    groups: Groups,
    desk: Desk,
    *,
    named: bool,
) -> tuple[Intent, ...]:
    chosen = given["preset"]
    if not isinstance(chosen, str) or chosen not in PRESETS:
        desk.tell(
            bare.origin.at("preset"),
            f"`{chosen}` is no preset",
            "there are " + ", ".join(f"`{name}`" for name in PRESETS),
            "name one of these",
        )
        return (replace(bare, fault=desk.fault),)
    known = (*_COMMON, "preset", *PRESETS[chosen].keys)
    desk.only(given, known, bare.origin, f"preset `{chosen}`")
    return preset(chosen, given, bare, groups, desk, named=named)


def _plain(
    key: str, given: Mapping[str, object], bare: Intent, groups: Groups, desk: Desk
) -> Intent:
    origin = bare.origin.at(key)
    desk.only(given, (*_COMMON, key), bare.origin, "an intent")
    body = desk.mapping(given[key], origin, f"`{key}`")
    known = (
        ("from", "to", "ports", "path") if key == "require" else ("from", "to", "ports")
    )
    desk.only(body, known, origin, f"`{key}`")
    ends = {
        side: _ends(body, side, origin, groups, desk, needed=f"`{key}`")
        for side in ("from", "to")
    }
    path = ""
    if "path" in body:
        path = str(body["path"])
        if path != "private":
            desk.tell(
                origin.at("path"),
                f"`{path}` is no path that can be required",
                "a name is reached by its private endpoint or not",
                "write `path: private`, or leave it out",
            )
    name = bare.name
    if "name" not in given:
        name = f"{key} {_listed(ends['from'])} -> {_listed(ends['to'])}"
    return replace(
        bare,
        name=name,
        demand=_PLAIN[key],
        sources=ends["from"],
        destinations=ends["to"],
        ports=_ports(body, origin, desk),
        path=path,
    )


def _ends(
    body: Mapping[str, object],
    side: str,
    origin: Origin,
    groups: Groups,
    desk: Desk,
    *,
    needed: str = "",
) -> tuple[Written, ...]:
    if side not in body:
        if needed:
            desk.tell(
                origin,
                f"{needed} has no `{side}`",
                "both ends say what the intent is about",
                f"write `{side}:` with one end or a list of ends; `anyone` is all",
            )
        return ()
    found = desk.texts(body[side], origin.at(side), f"an end in `{side}`")
    return groups.expanded(found, desk)


def _ports(
    body: Mapping[str, object], origin: Origin, desk: Desk
) -> tuple[Written, ...]:
    if "ports" not in body:
        return ()
    return desk.texts(body["ports"], origin.at("ports"), "a port")


def _exemptions(
    value: object, origin: Origin, groups: Groups, desk: Desk
) -> Iterator[Exemption]:
    if value is None:
        return
    items: list[object] = value if isinstance(value, list) else [value]
    for at, item in enumerate(items):
        place = origin.at(at) if isinstance(value, list) else origin
        given = desk.mapping(item, place, "an exception")
        desk.only(given, _EXEMPTION, place, "an exception")
        if "reason" not in given:
            desk.tell(
                place,
                "the exception gives no `reason`",
                "nobody could tell later whether it is still wanted",
                "write `reason:` with a sentence",
            )
        if not {"from", "to", "ports"} & set(given):
            desk.tell(
                place,
                "the exception excepts everything",
                "the intent would always hold",
                "narrow it by `from`, `to` or `ports`",
            )
        expires = None
        if "expires" in given:
            expires = desk.day(given["expires"], place.at("expires"))
        reason = ""
        if "reason" in given:
            reason = desk.text(given["reason"], place.at("reason"), "the reason")
        yield Exemption(
            _ends(given, "from", place, groups, desk),
            _ends(given, "to", place, groups, desk),
            _ports(given, place, desk),
            reason,
            expires,
            place,
        )


def _listed(ends: tuple[Written, ...]) -> str:
    return ", ".join(map(str, ends)) or "?"
