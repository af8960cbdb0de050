"""Names that the platform maintains, as of a date: what a cluster must reach.

The platform updates these sets without notice; an answer that rests on them says so.
They stand as data in `egress.toml` and are read when something first asks for them.
"""

from functools import cache
from typing import Any

_AKS_TAG = "azurekubernetesservice"
_PUBLIC = "global"


@cache
def required_egress() -> dict[str, Any]:
    """Return the catalogue of what a cluster must reach, as it is written."""
    import tomllib  # noqa: PLC0415  # few inputs need it: decision 0007
    from importlib.resources import files  # noqa: PLC0415

    text = files("seawall.model").joinpath("egress.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def tag_names(tag: str) -> tuple[str, ...]:
    """Return the name patterns that a firewall's FQDN tag stands for; none if unknown.

    `*.` before a name is any depth below it; `<region>` is one label without a dot.

    Source:
        AKS docs, outbound-rules-control-egress and limit-egress-traffic, read
        2026-08-21: the tag holds the names that AKS lists as required or per feature.
    """
    if tag.lower() != _AKS_TAG:
        return ()
    found: dict[str, None] = {}
    for each in required_egress()["requirement"]:
        names = each.get("names", ())
        clouds = names if isinstance(names, dict) else each.get("clouds", (_PUBLIC,))
        if each.get("tagged", True) and _PUBLIC in clouds:
            listed = names[_PUBLIC] if isinstance(names, dict) else names
            found.update(dict.fromkeys(listed))
    return tuple(found)


PLATFORM_DOMAINS: tuple[str, ...] = (
    "azk8s.cn",
    "azmk8s.io",
    "azure.cn",
    "azure.com",
    "azure.net",
    "azure.us",
    "azurecr.io",
    "azureedge.net",
    "azurewebsites.net",
    "chinacloudapi.cn",
    "core.windows.net",
    "microsoft.com",
    "microsoftmetrics.com",
    "microsoftonline.cn",
    "microsoftonline.com",
    "microsoftonline.us",
    "msauth.net",
    "msedge.net",
    "msftauth.net",
    "msftcloudes.com",
    "msftconnecttest.com",
    "trafficmanager.net",
    "ubuntu.com",
    "usgovcloudapi.net",
    "visualstudio.com",
    "windows.net",
    "windowsupdate.com",
)
"""Domains under which a tag may hold names that its catalogue does not list.

Source: AKS docs, outbound-rules-control-egress; Azure docs, firewall fqdn-tags.
"""


INFRASTRUCTURE_DOMAINS = ("core.windows.net", "storage.azure.net")
"""Where a firewall's built-in rules may hold names that only the platform uses.

Source: Azure docs, firewall infrastructure-fqdns: the repository of images, the state
of managed disks, diagnostics; the names themselves are not published.
"""
INFRASTRUCTURE_PORTS = (80, 443)
