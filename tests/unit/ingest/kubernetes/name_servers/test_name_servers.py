"""The configuration of CoreDNS, as AKS makes it and customers add to it.

Source of each: AKS docs, coredns-custom; CoreDNS manual and the pages of its plugins.
"""

from ipaddress import ip_address
from pathlib import Path
from textwrap import dedent, indent

import pytest

from reading import read
from seawall.ingest.kubernetes.name_servers.corefile import CorefileError, lines_of
from seawall.model.name_servers import OF_AKS, ServerBlock
from seawall.model.snapshot import Snapshot

OWN = r"""
    .:53 {
        errors
        ready
        health {
          lameduck 5s
        }
        kubernetes cluster.local in-addr.arpa ip6.arpa {
          pods insecure
          fallthrough in-addr.arpa ip6.arpa
          ttl 30
        }
        prometheus :9153
        forward . /etc/resolv.conf
        cache 30
        loop
        reload
        loadbalance
        import custom/*.override
        template ANY ANY internal.cloudapp.net {
          match "^(?:[^.]+\.){4,}internal\.cloudapp\.net\.$"
          rcode NXDOMAIN
          fallthrough
        }
        template ANY ANY reddog.microsoft.com {
          rcode NXDOMAIN
        }
    }
    import custom/*.server
    """


def config_map(name: str, **files: str) -> str:
    text = f"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {{name: {name}, namespace: kube-system}}
        data:
    """
    out = dedent(text).strip("\n")
    for key, value in files.items():
        body = indent(dedent(value).strip("\n"), "    ")
        out += f"\n  {key.replace('__', '.')}: |\n{body}"
    return indent(out, "    ")


def snapshot(folder: Path, *maps: str) -> Snapshot:
    return read(folder, "\n    ---\n".join(maps))


def blocks(folder: Path, *maps: str) -> tuple[ServerBlock, ...]:
    return snapshot(folder, *maps).objects.name_servers


def told(found: Snapshot) -> list[str]:
    return [each.what for each in found.diagnostics]


def test_the_corefile_of_aks_is_what_holds_without_one(tmp_path: Path) -> None:
    (found,) = blocks(tmp_path, config_map("coredns", Corefile=OWN))
    assert found.zones == OF_AKS.zones
    assert found.domains == OF_AKS.domains
    assert found.domains_hand_on == OF_AKS.domains_hand_on
    assert [(it.zones, it.pattern, it.hands_on) for it in found.refusals] == [
        (it.zones, it.pattern, it.hands_on) for it in OF_AKS.refusals
    ]
    assert [(it.domain, it.servers) for it in found.forwards] == [("", ())]
    assert found.unread == ()
    assert blocks(tmp_path, config_map("other", Corefile=OWN)) == ()


def test_server_keys_are_blocks_of_their_own(tmp_path: Path) -> None:
    custom = """
        corp.example:53 corp2.example {
            errors
            cache 30
            forward . 10.1.5.4 10.1.5.5:53 {
              except lab.corp.example
              policy sequential
            }
        }
        other.example:5353 {
            forward . 10.1.5.6
        }
        """
    first, second = blocks(tmp_path, config_map("coredns-custom", corp__server=custom))
    assert first.domains == OF_AKS.domains
    assert second.zones == ("corp.example", "corp2.example")
    (forward,) = second.forwards
    assert forward.servers == (ip_address("10.1.5.4"), ip_address("10.1.5.5"))
    assert forward.excepted == ("lab.corp.example",)
    assert forward.origin.pointer == ("data", "corp.server")


def test_override_keys_stand_in_the_block_of_aks(tmp_path: Path) -> None:
    custom = """
        hosts {
            10.0.0.1 Example1.org other.example
            fallthrough
        }
        """
    maps = config_map("coredns-custom", hosts__override=custom)
    for own in ((), (config_map("coredns", Corefile=OWN),)):
        (found,) = blocks(tmp_path, maps, *own)
        (table,) = found.hosts
        assert table.entries[0] == ("example1.org", ip_address("10.0.0.1"))
        assert table.hands_on == ("",)
        assert found.forwards[0].servers == ()


def test_rewrites_are_read_as_the_documentation_writes_them(tmp_path: Path) -> None:
    custom = r"""
        contoso.example:53 {
        log
        errors
        rewrite stop {
          name regex (.*)\.contoso\.example {1}.default.svc.cluster.local
          answer name (.*)\.default\.svc\.cluster\.local {1}.contoso.example
        }
        rewrite name suffix .a.example. .b.example. answer auto
        rewrite continue name One.example two.example
        forward . /etc/resolv.conf # a remark
        }
        """
    *_, found = blocks(tmp_path, config_map("coredns-custom", t__server=custom))
    assert [(it.kind, it.old, it.new, it.goes_on) for it in found.rewrites] == [
        ("regex", r"(.*)\.contoso\.example", "{1}.default.svc.cluster.local", False),
        ("suffix", ".a.example", ".b.example", False),
        ("exact", "one.example", "two.example", True),
    ]


@pytest.mark.parametrize(
    ("line", "zones"),
    [
        ("file /etc/db.corp corp.example", ("corp.example",)),
        ("acl { block }", ()),
        ("hosts /etc/hosts", ()),
        ("rewrite type ANY HINFO", ()),
        ("rewrite name regex (a+)+$ b.example", ()),
        ("rewrite name regex ( b.example", ()),
        ("forward .", ()),
        ("template IN A corp.example { answer x }", ("corp.example",)),
        ("hosts { nobody db.example }", ()),
        ("view x { { } }", ()),
        ("kubernetes cluster.local { namespaces shop }", ()),
    ],
)
def test_what_is_not_understood_is_kept_with_its_place(
    line: str, zones: tuple[str, ...], tmp_path: Path
) -> None:
    body = line.replace(" { ", " {\n    ").replace(" }", "\n}")
    found = snapshot(tmp_path, config_map("coredns-custom", x__override=body))
    (block,) = found.objects.name_servers
    (unread,) = block.unread
    assert unread.zones == zones
    assert unread.origin.pointer == ("data", "x.override")
    assert any(f"plugin `{line.split(maxsplit=1)[0]}`" in each for each in told(found))


def test_a_server_that_is_no_address_is_not_known(tmp_path: Path) -> None:
    for server in ("tls://9.9.9.9", "10.0.0.1:5353", "dns.example"):
        custom = f"corp.example {{\n  forward . {server}\n}}"
        *_, found = blocks(tmp_path, config_map("coredns-custom", t__server=custom))
        assert found.forwards[0].servers is None


@pytest.mark.parametrize(
    "text",
    [
        "a {",
        "}",
        "a { b\n}\n}",
        "import other.conf",
        "(snippet) { log }",
        "10.0.0.0/8 {",
        "{\nlog\n}",
        "a" + " {\na" * 9,
    ],
)
def test_a_configuration_that_cannot_be_read_leaves_every_name_open(
    text: str, tmp_path: Path
) -> None:
    """CoreDNS does not take any of it then."""
    found = snapshot(tmp_path, config_map("coredns-custom", t__server=text))
    assert all(block.unread for block in found.objects.name_servers)
    assert any("its configuration" in each for each in told(found))


def test_keys_of_other_names_and_old_stub_domains_have_no_effect(
    tmp_path: Path,
) -> None:
    old = config_map("kube-dns", stubDomains='{"corp.example": ["10.1.5.4"]}')
    found = snapshot(tmp_path, config_map("coredns-custom", corp="log"), old)
    assert found.objects.name_servers == (OF_AKS,)
    assert any("does not read the key `corp`" in each for each in told(found))
    assert any("`kube-dns` has no effect" in each for each in told(found))


def test_a_map_that_stands_twice_and_differs_is_not_known(tmp_path: Path) -> None:
    one = config_map("coredns-custom", a__override="log")
    other = config_map("coredns-custom", b__override="errors")
    assert blocks(tmp_path, one, one) == (OF_AKS,)
    (found,) = blocks(tmp_path, one, other)
    assert "stands twice" in found.unread[0].what


def test_braces_may_stand_anywhere_on_their_lines() -> None:
    (line,) = lines_of('a b { c "d e" {\n f } g\n}\n')
    assert line.words == ("a", "b")
    assert [each.words for each in line.body] == [("c", "d e"), ("g",)]
    with pytest.raises(CorefileError):
        lines_of("a {{")
