"""Links, addresses, routes and routing rules, by pyroute2.

Both ends of a link have the same hardware address and ask for none (NOARP): a packet
leaves at once, whoever the next hop is, no packet waits or gets lost while a neighbour
is looked for, and IPv6 does not wait for duplicate addresses.
"""

import contextlib
import errno
import ipaddress
import os
from collections.abc import Iterator, Sequence
from typing import Any

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from seawall.twin.kernel.namespaces import Namespaces
from seawall.twin.kernel.trouble import refused, trouble
from seawall.twin.plan import End, Link, RouteKind, RouteLine, RouteRule

_UP = 0x1
_NOARP = 0x80
_LOOPBACK = 1
_SCOPE_OF_HOST = 254
_HARDWARE = "02:00:00:00:00:01"


class Devices:
    """What one space has of the network, through one socket of its namespace."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._kernel: Any = IPRoute()
        self._indices = {"lo": _LOOPBACK}

    def close(self) -> None:
        """Close the socket."""
        self._kernel.close()

    def raise_loopback(self, addresses: Sequence[str]) -> None:
        """Switch the loopback device on, with *addresses* beside its own."""
        self._kernel.link("set", index=_LOOPBACK, state="up")
        for address in addresses:
            with _told(f"the address {address}"):
                self._address(_LOOPBACK, address)

    def raise_end(self, end: End) -> None:
        """Switch a device on and give it its addresses."""
        index = self._index(end.device)
        flags = _UP | _NOARP
        with _told(f"the device {end.device} of {end.space}"):
            self._kernel.link(
                "set", index=index, flags=flags, change=flags, address=_HARDWARE
            )
            for address in end.addresses:
                self._address(index, address)

    def put_route(self, route: RouteLine) -> None:
        """Put one line into a routing table, in place of one to the same prefix."""
        with _told(f"the route to {route.prefix} of {route.space}"):
            self._kernel.route("replace", **self._route(route))

    def remove_route(self, route: RouteLine) -> None:
        """Take one line out of a routing table; it may have gone with its device."""
        if route.device and not self._kernel.link_lookup(ifname=route.device):
            return
        with _told(f"the route to {route.prefix} of {route.space}", errno.ESRCH):
            self._kernel.route("del", **self._route(route))

    def add_rule(self, rule: RouteRule) -> None:
        """Add one rule that chooses a routing table."""
        with _told(f"the routing rule {rule.priority} of {rule.space}"):
            self._kernel.rule("add", **_rule(rule))

    def remove_rule(self, rule: RouteRule) -> None:
        """Take away one rule that chooses a routing table."""
        with _told(f"the routing rule {rule.priority} of {rule.space}"):
            self._kernel.rule("del", **_rule(rule))

    def _address(self, index: int, address: str) -> None:
        parsed = ipaddress.ip_interface(address)
        # No broadcast address: in a /31 it would be the other end's.
        self._kernel.addr(
            "add",
            index=index,
            address=str(parsed.ip),
            prefixlen=parsed.network.prefixlen,
            family=_family(parsed.version),
        )

    def _index(self, device: str) -> int:
        if device not in self._indices:
            found = self._kernel.link_lookup(ifname=device)
            if not found:
                raise trouble(
                    f"the space `{self._space}` has no device `{device}`",
                    "the plan names it in a route and in no link",
                    "this is a fault of the plan: report it with the input",
                )
            self._indices[device] = found[0]
        return self._indices[device]

    def _route(self, route: RouteLine) -> dict[str, Any]:
        prefix = ipaddress.ip_network(route.prefix)
        wanted: dict[str, Any] = {
            "dst": str(prefix),
            "family": _family(prefix.version),
            "table": route.table,
            "type": route.kind.value,
        }
        if route.via:
            wanted["gateway"] = route.via
            # The next hop needs no address of its own on the link.
            wanted["flags"] = "onlink" if route.device else 0
        if route.kind is RouteKind.LOCAL:
            wanted["scope"] = _SCOPE_OF_HOST
        if route.device or route.kind is RouteKind.LOCAL:
            wanted["oif"] = self._index(route.device or "lo")
        if route.source:
            wanted["prefsrc"] = route.source
        return wanted


def add_link(kernel: Any, spaces: Namespaces, link: Link) -> None:  # noqa: ANN401
    """Lay a wire between two spaces; *kernel* is a socket of any namespace."""
    left, right = link.left, link.right
    with _told(f"the link of {left.space} to {right.space}"):
        kernel.link(
            "add",
            kind="veth",
            ifname=left.device,
            net_ns_fd=spaces.descriptor(left.space),
            address=_HARDWARE,
            peer={
                "ifname": right.device,
                "net_ns_fd": spaces.descriptor(right.space),
                "address": _HARDWARE,
            },
        )


def remove_link(link: Link) -> None:
    """Take a wire away; this thread is in the space of its left end."""
    with (
        contextlib.closing(IPRoute()) as kernel,
        _told(f"the end of the link of {link.left.space}"),
    ):
        for index in kernel.link_lookup(ifname=link.left.device):
            kernel.link("del", index=index)


def open_kernel() -> Any:  # noqa: ANN401
    """Return a socket to the kernel in the namespace of this thread."""
    return IPRoute()


def _family(version: int) -> int:
    return 10 if version == 6 else 2  # noqa: PLR2004


def _rule(rule: RouteRule) -> dict[str, Any]:
    prefixes = [p for p in (rule.sources, rule.destinations) if p]
    version = ipaddress.ip_network(prefixes[0]).version if prefixes else 4
    wanted: dict[str, Any] = {
        "family": _family(6 if rule.ipv6 else version),
        "table": rule.table,
        "priority": rule.priority,
    }
    for name, value in (("src", rule.sources), ("dst", rule.destinations)):
        if value:
            parsed = ipaddress.ip_network(value)
            wanted[name] = str(parsed.network_address)
            wanted[f"{name}_len"] = parsed.prefixlen
    if rule.came_by:
        wanted["iifname"] = rule.came_by
    if rule.mark:
        wanted["fwmark"] = rule.mark
    return wanted


@contextlib.contextmanager
def _told(what: str, *passed_over: int) -> Iterator[None]:
    """Say of what the kernel refused which thing it was."""
    try:
        yield
    except NetlinkError as cause:
        number = abs(int(cause.code))
        if number not in passed_over:
            raise refused(what, OSError(number, os.strerror(number))) from cause
    except OSError as cause:
        raise refused(what, cause) from cause
    except (TypeError, ValueError) as cause:
        raise refused(what, OSError(errno.EINVAL, str(cause))) from cause
