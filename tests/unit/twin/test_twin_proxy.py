"""Which connections a proxy lets through."""

import pytest

from seawall.twin.formats.heads import Named
from seawall.twin.plan import Admitted
from seawall.twin.stands.proxy import Redirected, admits

RULE = Admitted(
    ("10.0.0.0/24", "fd00::/64"), ("*.example.com", "example.org"), "tls", (443,)
)
MEANT = Redirected("10.0.0.9", "20.0.0.1", 443)


@pytest.mark.parametrize(
    ("meant", "named", "passes"),
    [
        (MEANT, Named("tls", "a.example.com"), True),
        (MEANT, Named("tls", "a.b.example.com"), True),
        (MEANT, Named("tls", "example.org"), True),
        (Redirected("fd00::9", "20.0.0.1", 443), Named("tls", "example.org"), True),
        (MEANT, Named("tls", "example.com"), False),
        (MEANT, Named("tls", "badexample.com"), False),
        (MEANT, Named("tls", "a.example.org"), False),
        (MEANT, Named("tls", ""), False),
        (MEANT, Named("http", "example.org"), False),
        (Redirected("10.0.1.9", "20.0.0.1", 443), Named("tls", "example.org"), False),
        (Redirected("10.0.0.9", "20.0.0.1", 8443), Named("tls", "example.org"), False),
    ],
)
def test_source_name_protocol_and_port_must_all_fit(
    meant: Redirected, named: Named, *, passes: bool
) -> None:
    assert admits(RULE, meant, named) is passes


def test_a_star_alone_admits_every_name_but_none() -> None:
    rule = Admitted(("0.0.0.0/0",), ("*",), "http")
    assert admits(rule, MEANT, Named("http", "any.example"))
    assert not admits(rule, MEANT, Named("http", ""))
