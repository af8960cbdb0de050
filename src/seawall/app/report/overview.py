"""How isolated the cluster is: settings, ways in, ways out, and what is not known."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.app.report.element import Child, element, names, place, prose, table
from seawall.app.report.marks import opening_mark
from seawall.model.trace import AccessPath, Reply
from seawall.query.control_plane.calls import Called
from seawall.query.doors import DoorAnswer
from seawall.query.overview import Overview, PairShare
from seawall.query.platform_paths import PlatformPath
from seawall.query.services import services_of
from seawall.query.side_doors.answer import Passage
from seawall.query.side_doors.together import together
from seawall.query.trace.parts import service_text
from seawall.query.trace.way_back import IN_PRACTICE, mends
from seawall.query.ways_in import Arrival

Row = Sequence[Iterable[Child]]

_PATHS = {
    AccessPath.PRIVATE: "private path",
    AccessPath.PUBLIC: "public path",
    AccessPath.SERVICE_ENDPOINT: "over a service endpoint",
    AccessPath.UNRESOLVED: "does not resolve",
    AccessPath.UNKNOWN: "path not known",
}


def overview_parts(seen: Overview) -> Iterator[Child]:
    """Yield the tables of the overview; parts without a row are left out."""
    if seen.cluster is None:
        yield element(
            "p",
            "No cluster is in the inputs: only network policies are judged, as the "
            "API fixes them.",
        )
    else:
        yield from _part("Settings", ("Setting", "Value", "Known by"), _settings(seen))
    yield from _part(
        "Who reaches the API server", ("Who", "Verdict", "Why"), _entrances(seen)
    )
    plane = seen.control_plane
    yield from _part(
        "What the API server calls in the cluster",
        ("Call", "Verdict", "Why"),
        map(_called, plane.calls if plane else ()),
    )
    yield from _part(
        "Doors in",
        ("From and to", "Verdict", "By what", "Door"),
        [*map(_door, seen.doors), *_flat(seen), *map(_arrival, seen.ways_in)],
    )
    yield from _part(
        "Side doors of pods",
        ("Door", "Verdict", "For whom", "Why"),
        [*_passages(seen.side_doors), *_standing(seen)],
    )
    yield from _part(
        "Ways out to the internet",
        ("From", "Verdict", "To", "Through"),
        _ways_out(seen),
    )
    yield from _share(seen.share)
    yield from _part(
        "Platform services",
        ("Name", "Verdict", "Path", "Why"),
        _platform(seen.platform),
    )
    yield from _list("Without effect", seen.inert)
    yield from _list("Not known", seen.unknown)


def _part(title: str, heads: Sequence[str], rows: Iterable[Row]) -> Iterator[Child]:
    listed = list(rows)
    if listed:
        yield table(title, heads, listed)


def _list(title: str, sentences: Sequence[str]) -> Iterator[Child]:
    if sentences:
        yield element("h3", title)
        yield element("ul", [element("li", prose(text)) for text in sentences])


def _settings(seen: Overview) -> Iterator[Row]:
    for fact in seen.facts:
        stated = fact.how == "stated"
        how = ["stated ", *place(fact.origin)] if stated else prose(fact.how)
        yield [fact.name], [fact.value], how
    counted = ", ".join(
        f"{number} {state.value}" for state, number in seen.known.items()
    )
    yield (
        ["all settings"],
        [counted],
        [element("code", "seawall explain-input"), " tells each"],
    )


def _entrances(seen: Overview) -> Iterator[Row]:
    plane = seen.control_plane
    if plane is not None:
        yield ["how it is set up"], ["—"], prose(plane.says)
        for note in plane.notes:
            mark: Child = opening_mark(note.verdict) if note.verdict else "—"
            yield [note.about], [mark], [*prose(note.text), " ", *place(note.origin)]
    for item in seen.api_server:
        lost = f"{IN_PRACTICE}, the reply is lost: " if _lost(item.reply) else ""
        why = prose(lost + item.reason)
        yield [item.who], [opening_mark(item.verdict)], [*why, " ", *place(item.origin)]


def _lost(reply: Reply) -> bool:
    return reply is Reply.LOST


def _called(item: Called) -> Row:
    who = item.kind if not item.names else f"{item.kind} {', '.join(item.names)}"
    port = f" TCP {item.port}" if item.port else ""
    fails = "" if item.is_required or not item.names else " (passed over if it fails)"
    return (
        [f"{who} → {item.target}{port}{fails}"],
        [opening_mark(item.verdict)],
        [*prose(item.reason or "it arrives"), " ", *place(item.origin)],
    )


def _door(door: DoorAnswer) -> Row:
    services = "; ".join(service_text(each) for each in services_of(door.flows))
    why: list[Child] = []
    if _lost(door.reply):
        why.append(f"; {IN_PRACTICE}, the reply is lost")
        for text in mends(door.verdict, door.reply, door.source):
            why += [element("br"), "mend: ", *prose(text)]
    return (
        [door.source, " → ", element("code", door.target)],
        [opening_mark(door.verdict)],
        [services or "nothing", *why],
        [door.name, " ", *place(door.origin)],
    )


def _flat(seen: Overview) -> Iterator[Row]:
    for item in seen.flat_pods:
        yield (
            [item.source, " → ", *names(item.workloads)],
            [opening_mark(item.verdict)],
            prose(item.reason or "—"),
            ["pods at their own addresses"],
        )


def _arrival(item: Arrival) -> Row:
    way = item.way
    served = ", ".join(pod.label for pod in item.proxies)
    proxy = f"{way.proxy.name} ({served})" if served else way.proxy.name
    port = f"{way.protocol.name} {item.port}" if item.port else "no port"
    at = f" at {','.join(map(str, way.listens))}" if way.listens else ""
    return (
        [proxy, " → ", element("code", item.target_text)],
        [opening_mark(item.verdict)],
        [port, *([". ", *prose(item.reason)] if item.reason else [])],
        [f"{way.host or 'any host'}{way.path}{at} by {way.label} ", *place(way.origin)],
    )


def _passages(passages: Sequence[Passage]) -> Iterator[Row]:
    for item in together(passages):
        on = f" on {', '.join(item.pools)}" if item.pools else ""
        count = len(item.workloads)
        who = [f"all {count} workloads"] if item.is_all else names(item.workloads)
        rest = f"; closed to the other {item.closed}" if item.closed else ""
        yield (
            [item.doors],
            [opening_mark(item.verdict)],
            [*who, on, rest],
            [*prose(item.reason), " ", *place(item.origin)],
        )


def _standing(seen: Overview) -> Iterator[Row]:
    for door in seen.standing_doors:
        yield (
            [door.name],
            [opening_mark(door.verdict)],
            ["whatever policies say"],
            [*prose(door.text), " ", *place(door.origin)],
        )


def _ways_out(seen: Overview) -> Iterator[Row]:
    for way in seen.ways_out:
        on = f" on {', '.join(way.pools)}" if way.pools else ""
        yield (
            [*names(way.workloads), on],
            [opening_mark(way.verdict)],
            prose(way.destinations),
            [way.through or "—"],
        )


def _share(share: PairShare) -> Iterator[Child]:
    yield element("h3", "Pod to pod, by network policy")
    if not share.workloads:
        yield element("p", "No workload is in the inputs.")
        return
    percent = 100 * share.open / share.pairs if share.pairs else 0.0
    beside = f"; {share.beside_tcp}" if share.beside_tcp else ""
    yield element(
        "p",
        f"Of {share.pairs} ordered pairs of {share.workloads} workloads {share.open} "
        f"are open ({percent:.0f} %{beside}), {share.closed} are closed and "
        f"{share.unknown} are not known.",
    )
    for what, held in (("ingress", share.open_ingress), ("egress", share.open_egress)):
        if held:
            text = f"{len(held)} not isolated for {what}: "
            yield element("p", text, names(held))


def _platform(paths: Iterable[PlatformPath]) -> Iterator[Row]:
    """Yield how names are reached, those of one resource that fare alike together."""
    alike: dict[tuple[object, ...], list[PlatformPath]] = {}
    for path in paths:
        key = (path.resource, path.access, path.pools, path.verdict, path.reason)
        alike.setdefault(key, []).append(path)
    for group in alike.values():
        first = group[0]
        pools = f" from {', '.join(first.pools)}" if first.pools else ""
        yield (
            names([path.name for path in group]),
            [opening_mark(first.verdict)],
            [_PATHS[first.access] + pools],
            [*prose(first.reason), " ", *place(first.origin)],
        )
