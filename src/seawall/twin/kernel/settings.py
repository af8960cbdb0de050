"""Settings of the kernel for each space, below `net.`.

Source: the kernel's own pages `Documentation/networking/ip-sysctl.rst` and
`nf_conntrack-sysctl.rst`.
"""

from pathlib import Path

from seawall.twin.kernel.trouble import missing_setting, read_only_settings
from seawall.twin.plan import Space

_ROOT = Path("/proc/sys/net")

ALWAYS = (
    # ICMP errors are evidence: none may be lost to a limit on how many are sent. The
    # mask names the types that are limited; 255 is no error's type.
    ("ipv4.icmp_ratemask", "0"),
    ("ipv6.icmp.ratemask", "255"),
    ("ipv6.icmp.ratelimit", "0"),
    # Replies may come in by another way than the question went out.
    ("ipv4.conf.all.rp_filter", "0"),
    ("ipv4.conf.default.rp_filter", "0"),
    # A router must not teach hosts shorter ways: Azure's does not.
    ("ipv4.conf.all.send_redirects", "0"),
    ("ipv4.conf.default.send_redirects", "0"),
    ("ipv4.conf.all.accept_redirects", "0"),
    ("ipv6.conf.all.accept_redirects", "0"),
    # No waiting for neighbours who might have the same address, and no address but
    # those of the plan.
    ("ipv6.conf.all.accept_dad", "0"),
    ("ipv6.conf.default.accept_dad", "0"),
    ("ipv6.conf.default.addr_gen_mode", "1"),
    ("ipv6.conf.all.accept_ra", "0"),
    ("ipv6.conf.default.accept_ra", "0"),
    # Echo requests need no raw socket.
    ("ipv4.ping_group_range", "0 0"),
)
"""What every space has; a kernel without IPv6 lacks some, which is no trouble."""

_FORWARDS = (
    ("ipv4.ip_forward", "1"),
    ("ipv6.conf.all.forwarding", "1"),
    ("ipv6.conf.default.forwarding", "1"),
)


def write_settings(space: Space) -> None:
    """Write the settings of *space*, in whose namespace this thread is."""
    for name, value in ALWAYS + (_FORWARDS if space.forwards else ()):
        _write(name, value, needed=name.startswith("ipv4.ip_forward"))
    for name, value in space.sysctls:
        _write(name, value, needed=True)


def _write(name: str, value: str, *, needed: bool) -> None:
    path = _ROOT / name.replace(".", "/")
    try:
        path.write_text(value, encoding="ascii")
    except FileNotFoundError as cause:
        if needed:
            raise missing_setting(f"net.{name}") from cause
    except OSError as cause:
        raise read_only_settings(f"net.{name}", cause) from cause
