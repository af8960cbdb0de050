"""What a private zone says about a name: wildcards, aliases, records of other types.

Source of each: RFC 1034, section 3.6.2; RFC 4592; Azure docs, dns-zones-records,
dns-private-records and private-dns-fallback.
"""

from dataclasses import replace
from itertools import pairwise

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution
from seawall.model.endpoint import PlatformResource
from seawall.model.name import DnsZone
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric
from seawall.reference.name import resolve
from seawall.reference.zone import Resolved

ZONE = "corp.example"
LINK = "privatelink.vaultcore.azure.net"
WILD = {"*": "10.1.0.7"}


def network(*zones: DnsZone, resources: tuple[PlatformResource, ...] = ()) -> Fabric:
    return Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("endpoints", "net", "10.1.9.0/24"),
        ),
        zones=zones,
        resources=resources,
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),) if resources else (),
    )


def both(name: str, fabric: Fabric) -> tuple[Resolution, Resolved]:
    shot = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    return PathModel.build(shot).resolve(name, "net"), resolve(shot, "net", name)


def found(name: str, *zones: DnsZone) -> str:
    """Return the addresses of a name, or how it resolves, by both meanings."""
    ours, theirs = both(name, network(*zones))
    told = [str(each) for each in theirs.addresses]
    if ours.answer is Answers.PRIVATE:
        assert str(ours.addresses) == ", ".join(told)
        return ", ".join(told)
    assert ours.answer.name.lower() == theirs.kind
    return theirs.kind


def test_an_exact_alias_beside_a_wildcard_answers_and_not_the_wildcard() -> None:
    zone = fab.zone(ZONE, "net", aliases={"api": f"db.{ZONE}"}, db="10.1.0.9")
    wild = replace(zone, records=(*zone.records, *fab.zone(ZONE, **WILD).records))
    assert found(f"api.{ZONE}", wild) == "10.1.0.9"
    assert found(f"web.{ZONE}", wild) == "10.1.0.7"


def test_a_name_with_records_of_other_types_has_no_address_whatever_the_wildcard() -> (
    None
):
    zone = fab.zone(ZONE, "net", others=("mail",), **WILD)
    assert found(f"mail.{ZONE}", zone) == "nothing"
    ours, _ = both(f"mail.{ZONE}", network(zone))
    assert "a TXT record and no address" in ours.says


@pytest.mark.parametrize("name", ["deep", "other.deep"])
def test_whether_a_wildcard_answers_below_a_name_that_exists_is_not_documented(
    name: str,
) -> None:
    zone = fab.zone(ZONE, "net", **WILD, **{"db.deep": "10.1.0.9"})
    assert found(f"{name}.{ZONE}", zone) == "unknown"
    assert found(f"db.deep.{ZONE}", zone) == "10.1.0.9"
    assert found(f"a.b.{ZONE}", zone) == "10.1.0.7"


def test_the_nearest_wildcard_answers() -> None:
    zone = fab.zone(ZONE, "net", **WILD, **{"*.apps": "10.1.0.8"})
    assert found(f"shop.apps.{ZONE}", zone) == "10.1.0.8"
    assert found(f"shop.{ZONE}", zone) == "10.1.0.7"


def test_a_wildcard_may_be_an_alias() -> None:
    zone = fab.zone(ZONE, "net", aliases={"*": f"gw.{ZONE}"}, gw="10.1.0.5")
    assert found(f"shop.{ZONE}", zone) == "10.1.0.5"
    assert found(ZONE, zone) == "nothing"


def test_an_alias_leads_into_another_linked_zone_and_to_no_other() -> None:
    first = fab.zone(ZONE, "net", aliases={"db": "db.data.example"})
    second = fab.zone("data.example", "net", db="10.1.0.9")
    assert found(f"db.{ZONE}", first, second) == "10.1.0.9"
    unlinked = replace(second, links=())
    assert found(f"db.{ZONE}", first, unlinked) == "public"


def test_an_alias_of_a_platform_name_leads_to_its_private_endpoint() -> None:
    """The zone and the alias before it are both named on the way."""
    aliased = fab.zone(ZONE, "net", aliases={"kv": "kv.vault.azure.net"})
    fabric = network(
        aliased, fab.zone(LINK, "net", kv="10.1.9.4"), resources=(fab.vault(),)
    )
    ours, theirs = both(f"kv.{ZONE}", fabric)
    assert str(ours.addresses) == "10.1.9.4"
    assert [str(each) for each in theirs.addresses] == ["10.1.9.4"]
    assert ours.resource == fab.vault()
    assert ours.name == f"kv.{ZONE}"
    assert [link.at for link in ours.chain] == [f"zone {ZONE}"]
    assert ours.chain[0].says == f"`kv.{ZONE}` is an alias of `kv.vault.azure.net`"


def test_aliases_in_a_circle_do_not_resolve() -> None:
    zone = fab.zone(ZONE, "net", aliases={"a": f"b.{ZONE}", "b": f"a.{ZONE}"})
    assert found(f"a.{ZONE}", zone) == "nothing"


def test_a_long_row_of_aliases_is_unknown() -> None:
    """How many Azure follows is not documented."""
    names = [f"n{number}" for number in range(12)]
    aliases = {one: f"{next_}.{ZONE}" for one, next_ in pairwise(names)}
    zone = fab.zone(ZONE, "net", aliases=aliases, n11="10.1.0.9")
    assert found(f"n9.{ZONE}", zone) == "10.1.0.9"
    assert found(f"n0.{ZONE}", zone) == "unknown"


def test_an_alias_whose_target_is_not_known_is_unknown() -> None:
    zone = fab.zone(ZONE, "net", aliases={"db": ""}, **WILD)
    assert found(f"db.{ZONE}", zone) == "unknown"


def test_an_alias_beside_an_address_is_unknown() -> None:
    """RFC 1034, section 3.6.2: a CNAME record stands alone."""
    zone = fab.zone(ZONE, "net", aliases={"db": f"x.{ZONE}"}, db="10.1.0.9")
    assert found(f"db.{ZONE}", zone) == "unknown"


OPEN = Setting[bool].unknown("not all records are in the input")


def test_a_wildcard_of_a_zone_with_records_that_are_not_given_is_unknown() -> None:
    """A record of that very name would win; one that is given does."""
    zone = fab.zone(ZONE, "net", db="10.1.0.9", aliases={"a": f"db.{ZONE}"}, **WILD)
    zone = replace(zone, complete=OPEN)
    assert found(f"shop.{ZONE}", zone) == "unknown"
    assert found(f"db.{ZONE}", zone) == "10.1.0.9"
    assert found(f"a.{ZONE}", zone) == "10.1.0.9"


def test_only_a_name_that_does_not_exist_falls_back_to_the_internet() -> None:
    """NODATA is no NXDOMAIN. Source: Azure docs, private-dns-fallback."""
    zone = fab.zone(LINK, "net", falls_back=True, others=("kv",))
    assert found(f"kv.{LINK}", zone) == "nothing"
    assert found(LINK, zone) == "nothing"
    assert found(f"other.{LINK}", zone) == "public"
    deep = fab.zone(LINK, "net", falls_back=True, **{"x.kv": "10.1.9.4"})
    assert found(f"kv.{LINK}", deep) == "unknown"


def test_falling_back_is_documented_for_zones_of_private_link_only() -> None:
    """Source: Azure SDK, Microsoft.Network privateDnsZones, ResolutionPolicy."""
    zone = fab.zone(ZONE, "net", falls_back=True)
    assert found(f"x.{ZONE}", zone) == "unknown"


def test_an_alias_to_a_resource_is_reached_as_that_resource() -> None:
    """Its own firewall decides at the end."""
    closed = fab.vault(public=known(False))
    aliased = fab.zone(ZONE, "net", aliases={"kv": "kv.vault.azure.net"})
    ours, _ = both(f"kv.{ZONE}", network(aliased, resources=(closed,)))
    assert ours.answer is Answers.PUBLIC
    assert ours.resource == closed


def test_each_name_of_an_account_of_ai_services_is_an_alias_in_a_zone_of_its_own() -> (
    None
):
    """Source: Azure docs, private-endpoint-dns: three zones for one account."""
    names = ("ai.openai.azure.com", "ai.cognitiveservices.azure.com")
    account = fab.vault(host_names=names, private_suffix="")
    zone = fab.zone("privatelink.openai.azure.com", "net", ai="10.1.9.4")
    fabric = network(zone, resources=(account,))
    ours, theirs = both(names[0], fabric)
    assert str(ours.addresses) == "10.1.9.4"
    assert [str(each) for each in theirs.addresses] == ["10.1.9.4"]
    ours, theirs = both(names[1], fabric)
    assert ours.answer is Answers.PUBLIC
    assert "zone `privatelink.cognitiveservices.azure.com`" in ours.says
    assert theirs.kind == "public"
    strange = replace(account, host_names=("ai.example.cn",))
    ours, theirs = both("ai.example.cn", network(zone, resources=(strange,)))
    assert ours.answer is Answers.UNKNOWN
    assert theirs.kind == "unknown"
