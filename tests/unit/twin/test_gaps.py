"""What no twin shows is told as data, whatever the input."""

from seawall.twin.gaps import limits


def test_what_no_twin_shows_has_a_name_and_a_reason_each() -> None:
    for whole in (True, False):
        found = limits(whole=whole)
        assert len({gap.id for gap in found}) == len(found)
        assert all(gap.what and gap.why and gap.origin is None for gap in found)


def test_services_are_missing_where_policies_alone_are_rehearsed() -> None:
    assert "services" in {gap.id for gap in limits(whole=False)}
    assert "services" not in {gap.id for gap in limits(whole=True)}
    assert "names" in {gap.id for gap in limits(whole=True)}
