"""What proxies at the edge hand on, on a terminal."""

from collections.abc import Iterable, Iterator

from seawall.app.cli.show.words import dim, opening, placed, wrapped
from seawall.query.ways_in import Arrival


def ways_in_lines(arrivals: Iterable[Arrival], *, paint: bool) -> Iterator[str]:
    """Yield the lines of every way in through a proxy."""
    for item in arrivals:
        way = item.way
        mark = opening(item.verdict, colored=paint)
        served = ", ".join(pod.label for pod in item.proxies[:3])
        proxy = f"{way.proxy.name} ({served})" if served else way.proxy.name
        port = f"{way.protocol.name} {item.port}" if item.port else "no port"
        reason = f". {item.reason}" if item.reason else ""
        yield f"  {mark} " + wrapped(
            f"{proxy} -> {item.target_text}  {port}{reason}", 4, 4
        )
        ports = ",".join(map(str, way.listens))
        asked = f"{way.host or 'any host'}{way.path}{f' at {ports}' if ports else ''}"
        text = " " * 6 + dim(f"for {asked} by {way.label}", colored=paint)
        yield placed(text, way.origin, 8, colored=paint)
