"""Checks the names of arguments against the provider's own schema.

Source: the schemas of azurerm 3.116.0, 4.55.0 and 5.10.0, as the packages
`cdktf-cdktf-provider-azurerm` 12.27.0 and 14.23.1 and `cdktn-provider-azurerm` 18.9.0
ship them; extracted 2026-11-29. `azurerm.json` holds for each type the majors that
have it, and for each name those that have the name, if not all of them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from seawall.ingest.terraform.language.syntax import Body, Literal, Mapped
from seawall.ingest.terraform.module import (
    Module,
    own_arguments,
    own_sections,
)
from seawall.ingest.terraform.versions import limits, may_meet

MAJORS = "345"
OLDER = "before 3"
NEWEST = {"3": "3.116", "4": "4.55", "5": "5.10"}
"""The release of each major that was read."""

_RENAMED = {
    "api_server_authorized_ip_ranges": "api_server_access_profile.authorized_ip_ranges",
    "automatic_channel_upgrade": "automatic_upgrade_channel",
    "disable_bgp_route_propagation": "bgp_route_propagation_enabled",
    "docker_bridge_cidr": "",
    "ebpf_data_plane": "network_data_plane",
    "node_os_channel_upgrade": "node_os_upgrade_channel",
    "private_endpoint_network_policies_enabled": "private_endpoint_network_policies",
    "enforce_private_link_endpoint_network_policies": (
        "private_endpoint_network_policies"
    ),
    "service_endpoints": "service_endpoint",
    "vnet_integration_enabled": "virtual_network_integration_enabled",
    "address_prefix": "address_prefixes",
    "addon_profile": "",
    "agent_pool_profile": "default_node_pool",
    "role_based_access_control": "role_based_access_control_enabled",
}
"""What arguments of older releases are called now; empty where they are gone."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that the provider does not have.

    Attributes:
        line: Where it stands.
        path: The blocks down to it.
        name: As it is written.
        likely: What is meant, or empty.
        majors: Releases that do have it; empty for none, `OLDER` for such ones.
    """

    line: int
    path: tuple[str, ...]
    name: str
    likely: str
    majors: str


@lru_cache(maxsize=1)
def _schema() -> Mapping[str, tuple[str, Mapping[str, object]]]:
    text = files("seawall.ingest.terraform.schema").joinpath("azurerm.json")
    found: Mapping[str, tuple[str, Mapping[str, object]]] = json.loads(
        text.read_text(encoding="utf-8")
    )
    return found


def majors_of(module: Module) -> str:
    """Return the releases of the provider that a root asks for; empty for others."""
    asked = module.versions.get("azurerm")
    value = None if asked is None else asked.value
    text = ""
    if isinstance(value, Mapped):
        for key, item in value.items:
            if isinstance(key, Literal) and key.value == "version":
                text = str(item.value) if isinstance(item, Literal) else ""
    elif isinstance(value, Literal):
        text = str(value.value)
    parts = limits(text) if text else []
    if parts is None:
        return MAJORS
    return "".join(
        major for major in MAJORS if may_meet(parts, (int(major),), (int(major) + 1,))
    )


def strangers(kind: str, body: Body, majors: str) -> list[Stranger]:
    """Return the names in the block of a resource that the provider does not have."""
    known = _schema().get(kind)
    if known is None or not majors:
        return []
    have, names = known
    return list(_strangers(body, names, have, majors, ()))


def _strangers(
    body: Body,
    names: Mapping[str, object],
    have: str,
    majors: str,
    path: tuple[str, ...],
) -> Iterator[Stranger]:
    for argument in own_arguments(body):
        found = _one(argument.name, argument.line, names, have, majors, path)
        if found is not None:
            yield found
    for section in own_sections(body):
        dynamic = section.type == "dynamic" and section.labels
        name = section.labels[0] if dynamic else section.type
        found = _one(name, section.line, names, have, majors, path)
        if found is not None:
            yield found
        entry = names.get(name)
        inner = entry[1] if isinstance(entry, list) else None
        if not isinstance(inner, Mapping):
            continue
        bodies = section.body.of("content") if dynamic else (section,)
        for one in bodies:
            yield from _strangers(
                one.body, inner, _majors(entry, have), majors, (*path, name)
            )


def _majors(entry: object, have: str) -> str:
    tag = entry[0] if isinstance(entry, list) else entry
    return tag if isinstance(tag, str) and tag else have


def _one(  # all of them say where a name stands
    name: str,
    line: int,
    names: Mapping[str, object],
    have: str,
    majors: str,
    path: tuple[str, ...],
) -> Stranger | None:
    wanted = set(majors) & set(have) or set(have)
    entry = names.get(name)
    held = _majors(entry, have) if entry is not None else ""
    if set(held) & wanted:
        return None
    usual = [it for it, one in names.items() if set(_majors(one, have)) & wanted]
    older = OLDER if name in _RENAMED else ""
    return Stranger(line, path, name, _likely(name, usual), held or older)


def _likely(name: str, usual: list[str]) -> str:
    if name in _RENAMED:
        return _RENAMED[name]
    turned = f"{name.removeprefix('enable_')}_enabled"
    if name.startswith("enable_") and turned in usual:
        return turned
    close = get_close_matches(name, usual, n=1, cutoff=0.8)
    return close[0] if close else ""
