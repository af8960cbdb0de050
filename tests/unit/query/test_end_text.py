"""The ends and ports of a question, as people write them."""

from dataclasses import replace
from pathlib import Path

import pytest

import fabrics as fab
from seawall.ingest import load
from seawall.model.end import SubnetEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.words.end import parse_end, parse_source, parse_target
from seawall.query.words.port import EndError, PortText

CONTOSO = Path(__file__).parents[3] / "examples" / "contoso"
TCP = int(Protocol.TCP)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load([CONTOSO])


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("shop/cart", ["shop/cart[Deployment]"]),
        ("shop/cart[Deployment]", ["shop/cart[Deployment]"]),
        ("ns:shop,app=cart", ["shop/cart[Deployment]"]),
        ("ns:payments", ["payments/api", "payments/ledger", "payments/ledger-db"]),
        ("10.1.2.3", ["10.1.2.3"]),
        ("10.1.0.0/16", ["10.1.0.0/16"]),
        ("10.1.0.4-10.1.0.9", ["10.1.0.4-10.1.0.9"]),
        ("2001:db8::/32", ["2001:db8::/32"]),
        ("login.microsoftonline.com", ["login.microsoftonline.com"]),
        ("internet", ["internet"]),
        ("onprem", ["onprem"]),
        ("tag:Storage.WestEurope", ["tag:Storage.WestEurope"]),
        ("api-server", ["api-server"]),
        ("imds", ["imds"]),
        ("wireserver", ["wireserver"]),
        ("node:system", ["node:system"]),
        ("service:shop/cart", ["service:shop/cart"]),
    ],
)
def test_every_form_names_its_end(
    snapshot: Snapshot, written: str, ends: list[str]
) -> None:
    found = [str(end) for end in parse_end(written, snapshot)]
    assert [name.split("[")[0] for name in found] == [n.split("[")[0] for n in ends]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("shop/carts", "did you mean `shop/cart`"),
        ("shop/cart[StatefulSet]", "the input has `shop/cart[Deployment]`"),
        ("ns:shops", "did you mean `shop`"),
        ("ns:shop,app in", "is not a label requirement"),
        ("ns:shop,app=nobody", "no workload in the input is selected"),
        ("node:systm", "did you mean `system`"),
        ("subnet:vnet-shop/snet-aks", "did you mean `vnet-shop/snet-aks-"),
        ("service:shop/chart", "did you mean `shop/cart`"),
        ("pod:shop/cart-1", "there is no pod"),
        ("Internet", "did you mean `internet`"),
        ("vnet-hub/snet-jumpbox", "did you mean `subnet:vnet-hub/snet-jumpbox`"),
        ("system", "did you mean `node:system`"),
        ("shop", "did you mean `ns:shop`"),
        ("10.0.0.0/33", "is not an address or a range"),
        ("10.0.0.9-10.0.0.4", "is not an address or a range"),
        ("1.2.3", "is not an address or a range"),
        ("127.0.0.1", "crosses no network"),
        ("tag:", "names no service tag"),
        ("", "is not an end"),
        ("shop/", "is not a workload"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(
    snapshot: Snapshot, written: str, says: str
) -> None:
    with pytest.raises(EndError) as caught:
        parse_end(written, snapshot)
    assert says in str(caught.value).replace("packets cross no", "crosses no")


@pytest.mark.parametrize(
    ("written", "port"),
    [
        ("shop/cart", PortText()),
        ("shop/cart:443", PortText(TCP, PortRange(443, 443))),
        ("shop/cart:8000-8010", PortText(TCP, PortRange(8000, 8010))),
        ("shop/cart:udp/53", PortText(int(Protocol.UDP), PortRange(53, 53))),
        ("shop/cart:icmp", PortText(int(Protocol.ICMP))),
        ("shop/cart:tcp", PortText(TCP)),
        ("shop/cart:http", PortText(TCP, None, "http")),
        ("service:shop/cart:http", PortText(TCP, None, "http")),
        ("[2001:db8::1]:443", PortText(TCP, PortRange(443, 443))),
        ("2001:db8::1", PortText()),
        ("internet:443", PortText(TCP, PortRange(443, 443))),
    ],
)
def test_a_port_may_follow_the_end(
    snapshot: Snapshot, written: str, port: PortText
) -> None:
    assert parse_target(written, snapshot)[1] == port


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("shop/cart:99999", "from 0 to 65535"),
        ("shop/cart:443/tcp", "is not a port"),
        ("shop/cart:icmp/8", "ICMP has none"),
        ("shop/cart:nope", "no port of `shop/cart[Deployment]` is named `nope`"),
        ("internet:https", "give the port by its number"),
    ],
)
def test_a_port_that_is_none_is_told(
    snapshot: Snapshot, written: str, says: str
) -> None:
    with pytest.raises(EndError) as caught:
        parse_target(written, snapshot)
    assert says in str(caught.value)


def test_only_the_pods_that_have_a_port_are_asked_by_its_name(
    snapshot: Snapshot,
) -> None:
    ends, port = parse_target("ns:payments:http", snapshot)
    assert port.name == "http"
    assert 0 < len(ends) < len(parse_end("ns:payments", snapshot))


@pytest.mark.parametrize(
    "written",
    ["login.microsoftonline.com", "service:shop/cart", "tag:Storage", "imds",
     "wireserver", "api-server"],
)  # fmt: skip
def test_what_opens_no_connection_is_no_source(
    snapshot: Snapshot, written: str
) -> None:
    assert parse_end(written, snapshot)
    with pytest.raises(EndError):
        parse_source(written, snapshot)


def subnets(*pairs: tuple[str, str, str]) -> Snapshot:
    """Return networks with subnets, by group, network and subnet."""
    ids = {(g, n): f"/rg/{g}/{n}".lower() for g, n, _ in pairs}
    networks = tuple(
        replace(fab.network(id_, "10.0.0.0/8"), name=name)
        for (_, name), id_ in ids.items()
    )
    found = tuple(
        replace(
            fab.subnet(f"{ids[g, n]}/{s}".lower(), ids[g, n], "10.0.0.0/24"), name=s
        )
        for g, n, s in pairs
    )
    return fab.snapshot(Fabric(networks=networks, subnets=found))


def test_a_name_that_one_subnet_has_needs_no_network() -> None:
    shot = subnets(("rg", "hub", "Jump"), ("rg", "spoke", "nodes"))
    for written in ("Jump", "hub/Jump", "/rg/rg/hub/jump"):
        (end,) = parse_end(f"subnet:{written}", shot)
        assert end == SubnetEnd("/rg/rg/hub/jump")


def test_a_name_that_several_subnets_have_is_asked_back_for() -> None:
    shot = subnets(("rg", "hub", "s"), ("rg", "spoke", "s"))
    with pytest.raises(EndError) as caught:
        parse_end("subnet:s", shot)
    assert str(caught.value) == (
        "2 subnets are called `s`; say which: `hub/s`, `spoke/s`"
    )


def test_subnets_of_networks_of_one_name_are_told_apart_by_id() -> None:
    shot = subnets(("one", "net", "s"), ("two", "net", "s"))
    with pytest.raises(EndError) as caught:
        parse_end("subnet:net/s", shot)
    assert "say which: `/rg/one/net/s`, `/rg/two/net/s`" in str(caught.value)
    assert parse_end("subnet:/rg/two/net/s", shot) == (SubnetEnd("/rg/two/net/s"),)


def test_a_workload_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: d, namespace: y}\nspec: 5\n"
    (tmp_path / "pod.yaml").write_text(text)
    with pytest.raises(EndError) as error:
        parse_end("y/d", load([tmp_path]))
    assert "what reaches `y/d` is not known" in str(error.value)
    assert "pod.yaml:1" in str(error.value.mend)
