"""Service tags with their addresses: the weekly file and the discovery answer."""

import json
from pathlib import Path

import pytest

from azure_builders import at_level, convert, resource, rule
from seawall.ingest import LoadOptions, load
from seawall.model.address import AddressRange
from seawall.model.diagnostic import InputError, Level
from seawall.model.tag import TagList

Json = dict[str, object]


def tag(name: str, *prefixes: str) -> Json:
    properties = {"systemService": name, "addressPrefixes": list(prefixes)}
    return {"name": name, "id": name, "properties": properties}


def weekly(*tags: Json, number: int = 7, cloud: str = "Public") -> Json:
    return {"changeNumber": number, "cloud": cloud, "values": list(tags)}


def answered(*tags: Json) -> Json:
    """Return what `az network list-service-tags` prints."""
    return {
        "changeNumber": "7",
        "cloud": "Public",
        "id": "/subscriptions/s/providers/Microsoft.Network/serviceTags/Public",
        "name": "Public",
        "type": "Microsoft.Network/serviceTags",
        "values": list(tags),
    }


STORAGE = tag("Storage", "52.0.0.0/30", "52.0.0.0/31", "2603::/127")


def listed(*documents: object) -> TagList:
    found = convert(*documents).fabric.service_tags
    assert found is not None
    return found


@pytest.mark.parametrize(
    "document",
    [
        weekly(STORAGE),
        answered(STORAGE),
        {"parameters": {}, "responses": {"200": {"body": answered(STORAGE)}}},
    ],
)
def test_every_shape_of_the_list_reads_alike(document: object) -> None:
    found = listed(document)
    assert (found.cloud, found.change_number) == ("Public", "7")
    (storage,) = found.tags
    assert storage.name == "storage"
    prefixes = [str(item) for item in storage.prefixes]
    assert prefixes == ["52.0.0.0/30", "52.0.0.0/31", "2603::/127"]


def test_the_list_is_named_among_what_is_taken_for_granted() -> None:
    (found,) = convert(weekly(STORAGE)).assumptions
    assert found.id == "service-tags-as-listed"
    assert "0.json (Public, change 7)" in found.text


def test_a_tag_that_the_list_does_not_hold_is_said_once() -> None:
    group = resource(
        "networkSecurityGroups",
        "g",
        securityRules=[
            rule("a", destinationAddressPrefix="Nowhere"),
            rule("b", destinationAddressPrefix="nowhere", priority=101),
            rule("c", destinationAddressPrefix="VirtualNetwork", priority=102),
            rule("d", destinationAddressPrefix="storage", priority=103),
        ],
    )
    (told,) = at_level(convert(group, weekly(STORAGE)), Level.UNMODELLED)
    assert "`Nowhere` is not in 1.json (Public, change 7)" in told.what
    assert at_level(convert(group), Level.UNMODELLED) == []


def test_a_tag_with_a_prefix_that_cannot_be_read_stays_unknown() -> None:
    part = convert(weekly(tag("Sql", "1.2.3.0/24", "nonsense"), STORAGE))
    assert part.fabric.service_tags is not None
    assert [item.name for item in part.fabric.service_tags.tags] == ["storage"]
    (told,) = at_level(part, Level.ERROR)
    assert "`nonsense`" in told.what


@pytest.mark.parametrize("bad", [None, 5, {}, {"name": 3}, {"name": "no tag!"}])
def test_an_entry_that_is_no_tag_is_told_and_passed_over(bad: object) -> None:
    part = convert(weekly(STORAGE, bad))  # type: ignore[arg-type]
    assert part.fabric.service_tags is not None
    assert len(part.fabric.service_tags.tags) == 1
    assert at_level(part, Level.ERROR)


def test_of_two_weeks_the_newest_holds_and_both_are_named() -> None:
    old = weekly(tag("Storage", "51.0.0.0/30"), number=99)
    part = convert(weekly(STORAGE, number=100), old)
    assert part.fabric.service_tags is not None
    assert part.fabric.service_tags.change_number == "100"
    (told,) = at_level(part, Level.WARNING)
    assert "change 99" in told.what
    assert "change 100" in told.what


def test_of_two_clouds_none_holds() -> None:
    part = convert(weekly(STORAGE), weekly(STORAGE, cloud="AzureGovernment"))
    assert part.fabric.service_tags is None
    assert at_level(part, Level.ERROR)


def test_the_list_that_the_user_chose_holds_before_a_newer_one(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text(json.dumps(weekly(STORAGE, number=1)))
    newer = weekly(tag("Storage", "51.0.0.0/30"), number=2)
    (tmp_path / "new.json").write_text(json.dumps(newer))
    options = LoadOptions(service_tags=str(tmp_path / "old.json"))
    found = load([tmp_path], options=options)
    assert found.fabric.service_tags is not None
    assert found.fabric.service_tags.change_number == "1"
    assert {item.kind for item in found.inputs} == {"service-tags"}
    assert len(found.inputs) == 2


@pytest.mark.parametrize(
    "text", ['{"values": []}', "{}", "", "kind: Pod\napiVersion: v1\n", "[1]"]
)
def test_another_file_in_its_place_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tags.json").write_text(text)
    (tmp_path / "in.json").write_text(json.dumps(weekly(STORAGE)))
    options = LoadOptions(service_tags=str(tmp_path / "tags.json"))
    with pytest.raises(InputError, match="does not list service tags"):
        load([tmp_path / "in.json"], options=options)


def test_prefixes_are_not_joined_because_routes_go_by_their_length() -> None:
    found = listed(weekly(tag("Sql", "1.2.3.0/25", "1.2.3.128/25")))
    assert found.tags[0].prefixes == (
        AddressRange.parse("1.2.3.0/25"),
        AddressRange.parse("1.2.3.128/25"),
    )
