"""What a requirement names, as ends that the path engine can be asked about."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.end import AddressEnd, ApiServerEnd, End, NameEnd, TagEnd
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.upkeep import Upkeep
from seawall.query.egress.catalogue import Requirement
from seawall.query.egress.facts import Facts

REGION = "<region>"
_WEB = {80, 443}
ANY = "any"
"""A label that stands for every label that no rule names."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One place that must be reached.

    Attributes:
        text: As the platform writes it, with the cluster's region.
        end: What to ask about; None if the input does not say.
        why: Why it does not, or why it is not sure that this place is meant.
        pattern: The names that are meant, if there may be several.
        proxied: Why the network does not decide alone whether it is reached: an HTTP
            proxy may carry it. Empty if none does.
    """

    text: str
    end: End | None
    why: str = ""
    pattern: str = ""
    proxied: str = ""


def destinations(
    requirement: Requirement, snapshot: Snapshot, cluster: Cluster, facts: Facts
) -> tuple[Destination, ...]:
    """Return the places that a requirement means for one cluster."""
    if not requirement.end:
        names = requirement.names.get(facts.cloud().value or "", ())
        found = [_name(each, cluster.region) for each in names]
    else:
        found = list(_of_end(requirement, snapshot, cluster, facts))
    return tuple(_through_proxy(each, requirement, cluster.upkeep) for each in found)


def _through_proxy(
    found: Destination, requirement: Requirement, upkeep: Upkeep
) -> Destination:
    """Say of a name that nodes send it to their HTTP proxy, if they do or may.

    Source: AKS docs, http-proxy: nodes and pods use it for HTTP and HTTPS outside the
    cluster, except to what `noProxy` lists. The API server is always in that list.
    """
    web = requirement.protocol == Protocol.TCP and set(requirement.ports) <= _WEB
    if (
        upkeep.http_proxy.value is False
        or not web
        or not isinstance(found.end, NameEnd)
    ):
        return found
    name = found.end.name
    if any(name == each or name.endswith(f".{each}") for each in upkeep.unproxied):
        return found
    if not upkeep.http_proxy.known:
        return replace(found, proxied=upkeep.http_proxy.why)
    why = (
        "nodes send it to their HTTP proxy, and what that lets pass is not in the input"
    )
    return replace(found, proxied=why)


def within(pattern: str, wider: str) -> bool:
    """Whether every name of a pattern is among those of another.

    `<region>` in the wider pattern is one label.
    """
    narrow, wide = pattern.lower(), wider.lower()
    if wide in (narrow, "*"):
        return True
    if REGION in wide:
        before, _, after = wide.partition(REGION)
        inner = narrow.removeprefix(before).removesuffix(after)
        fits = narrow.startswith(before) and narrow.endswith(after)
        return fits and bool(inner) and "." not in inner and "*" not in inner
    return wide.startswith("*") and narrow.endswith(wide[1:])


def _of_end(
    requirement: Requirement, snapshot: Snapshot, cluster: Cluster, facts: Facts
) -> Iterator[Destination]:
    names = requirement.names.get(facts.cloud().value or "", ())
    region = cluster.region
    match requirement.end:
        case "api-server":
            text = names[0] if names else requirement.text
            yield Destination(text.replace(REGION, region or REGION), ApiServerEnd())
        case "api-server-address":
            tag = f"AzureCloud.{region}" if region else "AzureCloud"
            yield Destination(requirement.text, TagEnd(tag))
        case "dns-servers":
            for each in facts.dns_servers():
                yield Destination(str(each), AddressEnd((AddressRange.of(each),)))
        case "bootstrap-registry":
            yield from _registry(requirement, snapshot, cluster)
        case "vaults":
            suffix = requirement.suffix or names[0].removeprefix("*.")
            yield from _vaults(snapshot, suffix)
        case "tag":
            tag = requirement.text.removeprefix("tag:")
            yield Destination(requirement.text, TagEnd(tag))
        case _:
            raise ValueError(f"the catalogue names no such end: {requirement.end}")


def _name(pattern: str, region: str) -> Destination:
    if REGION in pattern and not region:
        why = "the region of the cluster is not in the input"
        return Destination(pattern, None, why)
    text = pattern.replace(REGION, region)
    is_pattern = "*" in text
    end = NameEnd(text.replace("*", ANY))
    return Destination(text, end, pattern=text if is_pattern else "")


def _registry(
    requirement: Requirement, snapshot: Snapshot, cluster: Cluster
) -> Iterator[Destination]:
    wanted = cluster.upkeep.registry
    for resource in snapshot.fabric.resources:
        if resource.id == wanted.value:
            for name in resource.host_names:
                yield Destination(name, NameEnd(name))
            return
    why = f"the registry `{wanted.value}` is not in the input"
    if wanted.value is None:
        why = (
            "the registry that AKS makes for the cluster is not in the input"
            if wanted.known
            else wanted.why
        )
    yield Destination(requirement.text, None, why)


def _vaults(snapshot: Snapshot, suffix: str) -> Iterator[Destination]:
    """Yield the vaults in the input, or any vault if there is none."""
    why = "which vaults pods read is not in the input"
    held = [
        name
        for resource in snapshot.fabric.resources
        if resource.kind == "vault"
        for name in resource.host_names
        if name.endswith(f".{suffix}")
    ]
    for name in held:
        yield Destination(name, NameEnd(name), why)
    if not held:
        pattern = f"*.{suffix}"
        yield Destination(pattern, NameEnd(f"{ANY}.{suffix}"), why, pattern)
