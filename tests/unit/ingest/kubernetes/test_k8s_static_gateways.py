"""Static egress gateways: what takes them, as their configurations say."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.model.diagnostic import Level

GATEWAY = """
apiVersion: egressgateway.kubernetes.azure.com/{version}
kind: StaticGatewayConfiguration
metadata: {{name: fixed, namespace: shop}}
spec: {{gatewayNodepoolName: gate, {more}}}
"""


def written(more: str = "", version: str = "v1alpha1") -> str:
    return GATEWAY.format(more=more, version=version)


@pytest.mark.parametrize(
    ("more", "takes_rest", "excluded"),
    [
        ("", True, ()),
        (
            "excludeCidrs: [10.9.0.0/16, 192.0.2.7/24]",
            True,
            ("10.9.0.0/16", "192.0.2.0/24"),
        ),
        (
            "defaultRoute: azureNetworking, excludeCidrs: [10.0.0.0/8]",
            False,
            ("10.0.0.0/8",),
        ),
    ],
)
def test_what_takes_a_gateway_is_read(
    more: str,
    takes_rest: bool,  # noqa: FBT001
    excluded: tuple[str, ...],
    tmp_path: Path,
) -> None:
    """Source: Azure/kube-egress-gateway, api/v1alpha1 and pkg/cni/routes."""
    found = read(tmp_path, written(more))
    (gate,) = found.objects.static_gateways
    assert (gate.key, gate.known) == ("shop/fixed", True)
    assert gate.takes_rest.value is takes_rest
    assert tuple(map(str, gate.excluded.value or ())) == excluded
    assert not told(found, Level.ERROR, Level.UNMODELLED)


@pytest.mark.parametrize(
    "text",
    [
        written("excludeCidrs: [ten]"),
        written("excludeCidrs: 10.0.0.0/8"),
        written("excludeCidrs: ['10.0.0.1']"),
        written("defaultRoute: elsewhere"),
        written("", version="v9"),
        written() + "---" + written("excludeCidrs: [10.0.0.0/8]"),
    ],
)
def test_what_cannot_be_read_leaves_it_open(text: str, tmp_path: Path) -> None:
    (gate,) = read(tmp_path, text).objects.static_gateways
    assert not gate.known


def test_a_list_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, written("\n  excludeCidrs: [ten]"))
    (fault,) = told(found, Level.ERROR)
    assert "`excludeCidrs`" in fault.what
    assert fault.origin is not None
    assert fault.origin.pointer[-1] == "excludeCidrs"
