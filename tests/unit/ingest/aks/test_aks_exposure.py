from dataclasses import replace

import pytest

from aks_builders import service
from seawall.ingest.aks.exposure import diagnose, read_exposure
from seawall.model.diagnostic import Level

INTERNAL = {"azure-load-balancer-internal": "true"}


def test_a_public_service_without_ranges_is_open_to_the_internet() -> None:
    exposure = read_exposure(service())
    assert exposure.admits_internet
    assert not exposure.denies_rest
    assert exposure.floating


def test_an_internal_service_without_ranges_is_not() -> None:
    assert not read_exposure(service(annotations=INTERNAL)).admits_internet


def test_an_internal_service_with_every_address_in_its_ranges_is() -> None:
    exposure = read_exposure(
        service(annotations=INTERNAL, source_ranges=("0.0.0.0/0",))
    )
    assert exposure.admits_internet


def test_ranges_or_tags_close_a_public_service() -> None:
    assert not read_exposure(service(source_ranges=("10.0.0.0/8",))).admits_internet
    tagged = service(annotations={"azure-allowed-service-tags": "AzureCloud, Sql"})
    assert read_exposure(tagged).tags == ("AzureCloud", "Sql")
    assert not read_exposure(tagged).admits_internet


@pytest.mark.parametrize("text", ["203.0.113.7", "203.0.113.7/24", "office", "1.2.3/8"])
def test_a_range_that_the_controller_cannot_read_closes_the_service(text: str) -> None:
    exposure = read_exposure(service(source_ranges=("198.51.100.0/24", text)))
    assert exposure.invalid == (text,)
    assert exposure.denies_rest
    assert not exposure.admits_internet
    [told] = diagnose(exposure)
    assert told.level is Level.ERROR
    assert text in told.what


def test_both_annotations_with_ranges_are_read() -> None:
    exposure = read_exposure(
        service(
            annotations={
                "azure-allowed-ip-ranges": "198.51.100.0/24",
                "load-balancer-source-ranges": "203.0.113.0/24",
            }
        )
    )
    assert [str(item) for item in exposure.ranges] == [
        "198.51.100.0/24",
        "203.0.113.0/24",
    ]


def test_the_deny_annotation_needs_ranges_to_act() -> None:
    wish = {"azure-deny-all-except-load-balancer-source-ranges": "true"}
    assert not read_exposure(service(annotations=wish)).denies_rest
    restricted = service(annotations=wish, source_ranges=("10.0.0.0/8",))
    assert read_exposure(restricted).denies_rest


def test_ranges_in_spec_and_annotation_contradict_each_other() -> None:
    exposure = read_exposure(
        service(
            source_ranges=("10.0.0.0/8",),
            annotations={"azure-allowed-ip-ranges": "10.0.0.0/8"},
        )
    )
    assert exposure.contradictory
    assert [told.level for told in diagnose(exposure)] == [Level.ERROR]


def test_tags_beside_ranges_are_warned_about() -> None:
    exposure = read_exposure(
        service(
            source_ranges=("10.0.0.0/8",),
            annotations={"azure-allowed-service-tags": "Sql"},
        )
    )
    assert [told.level for told in diagnose(exposure)] == [Level.WARNING]


def test_a_class_of_another_controller_is_warned_about() -> None:
    other = replace(service(), load_balancer_class="example.com/other")
    [told] = diagnose(read_exposure(other))
    assert told.level is Level.WARNING
    assert "example.com/other" in told.what
    assert "not modelled" in told.why
