"""Reads how pods look names up: `dnsPolicy`, `dnsConfig` and `hostAliases`.

Source: Kubernetes docs, DNS for Services and Pods; Adding entries to Pod /etc/hosts.
"""

from collections.abc import Mapping
from ipaddress import ip_address

from seawall.model.address import Address
from seawall.model.pod_dns import PLAIN, DnsPolicy, PodDns

_POLICIES = {each.value: each for each in DnsPolicy}


class _UnreadError(Exception):
    """Some part cannot be read; its text is a clause."""


def read_dns(spec: Mapping[object, object]) -> PodDns:
    """Return how pods of a spec look names up; what cannot be read is told in it."""
    plain = spec.get("dnsPolicy") in (None, "", "ClusterFirst")
    if plain and spec.get("dnsConfig") is None and spec.get("hostAliases") is None:
        return PLAIN
    try:
        return _read(spec)
    except _UnreadError as error:
        return PodDns(unread=str(error))


def _read(spec: Mapping[object, object]) -> PodDns:
    written = spec.get("dnsPolicy") or "ClusterFirst"
    policy = _POLICIES.get(written) if isinstance(written, str) else None
    if policy is None:
        says = f"`dnsPolicy: {written}` is none that Kubernetes has"
        raise _UnreadError(says)
    config = _mapping(spec.get("dnsConfig"), "dnsConfig")
    servers = tuple(
        _address(each, "dnsConfig.nameservers")
        for each in _list(config.get("nameservers"), "dnsConfig.nameservers")
    )
    if policy is DnsPolicy.NONE and not servers:
        says = "`dnsPolicy: None` goes without a nameserver in `dnsConfig`"
        raise _UnreadError(says)
    searches = _list(config.get("searches"), "dnsConfig.searches")
    return PodDns(
        policy,
        servers,
        tuple(_name(each, "dnsConfig.searches") for each in searches),
        _ndots(config),
        tuple(_hosts(spec)),
    )


def _ndots(config: Mapping[object, object]) -> int | None:
    """Return the option `ndots`; the resolver takes no more than 15.

    Source: resolv.conf(5).
    """
    found = None
    for option in _list(config.get("options"), "dnsConfig.options"):
        item = _mapping(option, "dnsConfig.options")
        if item.get("name") != "ndots":
            continue
        value = item.get("value")
        if isinstance(value, bool) or not str(value).strip().isdecimal():
            says = f"`ndots: {value}` in `dnsConfig.options` is no number"
            raise _UnreadError(says)
        found = min(int(str(value)), 15)
    return found


def _hosts(spec: Mapping[object, object]) -> list[tuple[str, Address]]:
    found: list[tuple[str, Address]] = []
    for alias in _list(spec.get("hostAliases"), "hostAliases"):
        item = _mapping(alias, "hostAliases")
        address = _address(item.get("ip"), "hostAliases")
        found += [
            (_name(each, "hostAliases"), address)
            for each in _list(item.get("hostnames"), "hostAliases")
        ]
    return found


def _mapping(value: object, where: str) -> Mapping[object, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unreadable(where)
    return value


def _list(value: object, where: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unreadable(where)
    return value


def _address(value: object, where: str) -> Address:
    try:
        return ip_address(value if isinstance(value, str) else "")
    except ValueError:
        says = f"`{where}` has {value!r}, which is no address"
        raise _UnreadError(says) from None


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip("."):
        raise _unreadable(where)
    return value.lower().strip(".")


def _unreadable(where: str) -> _UnreadError:
    return _UnreadError(f"`{where}` cannot be read")
