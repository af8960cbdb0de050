"""How the nodes of the cluster reach each name of a platform resource."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.model.end import NameEnd, NodeEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import AccessPath, Verdict
from seawall.query.ask import Asked, ask, reason_of
from seawall.query.case import Case
from seawall.query.words.access import misled_text
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))

_PATHS = {
    AccessPath.PRIVATE: "private",
    AccessPath.PUBLIC: "public",
    AccessPath.SERVICE_ENDPOINT: "public",
    AccessPath.UNRESOLVED: "does not resolve",
}


@dataclass(frozen=True, slots=True)
class PlatformPath:
    """How the cluster reaches one name of a platform resource.

    Attributes:
        name: The DNS name.
        resource: The name of the resource that owns it.
        kind: The kind of resource.
        path: `private`, `public` (over a service endpoint too), `does not resolve` or
            `not known`.
        access: The path more exactly.
        pools: The pools for whose nodes this holds; empty for all.
        verdict: Whether nodes reach it on TCP 443.
        reason: What decided, as a clause.
        origin: Where the resource stands.
    """

    name: str
    resource: str
    kind: str
    path: str
    access: AccessPath
    pools: tuple[str, ...]
    verdict: Verdict
    reason: str
    origin: Origin


def platform_paths(case: Case) -> Iterator[PlatformPath]:
    """Yield how each name of the platform is reached, by pool where pools differ."""
    for resource in case.snapshot.fabric.resources:
        if not resource.is_api_server:
            for name in resource.host_names:
                yield from _paths(case, resource, name)


def _paths(case: Case, resource: PlatformResource, name: str) -> Iterator[PlatformPath]:
    pools = case.cluster.pools if case.cluster else ()
    found: dict[tuple[AccessPath, Verdict], list[tuple[str, str]]] = {}
    for pool in pools:
        asked = ask(case, NodeEnd(pool.name), NameEnd(name), HTTPS)
        key = (asked.path or AccessPath.UNKNOWN, asked.verdict)
        found.setdefault(key, []).append((pool.name, _reason(asked)))
    for (access, verdict), held in found.items():
        yield PlatformPath(
            name,
            resource.name,
            resource.kind,
            _PATHS.get(access, "not known"),
            access,
            tuple(pool for pool, _ in held) if len(found) > 1 else (),
            verdict,
            held[0][1],
            resource.origin,
        )


def _reason(asked: Asked) -> str:
    misled = misled_text(asked.forward)
    reason = reason_of(asked)
    return f"{misled}; {reason}" if misled else reason
