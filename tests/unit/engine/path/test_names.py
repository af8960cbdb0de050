import pytest

from seawall.engine.path.dns.names import Matches, pattern_matches, tag_matches


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("www.contoso.com", "WWW.contoso.com", True),
        ("www.contoso.com", "a.www.contoso.com", False),
        ("*.contoso.com", "a.b.contoso.com", True),
        ("*.contoso.com", "contoso.com", False),
        ("*contoso.com", "evilcontoso.com", True),
        ("*contoso.com", "contoso.com", True),
        ("*", "anything.example", True),
    ],
)
def test_patterns_match_as_documented(
    pattern: str, name: str, *, expected: bool
) -> None:
    assert pattern_matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("abc.hcp.westeurope.azmk8s.io", Matches.YES),
        ("westeurope.dp.kubernetesconfiguration.azure.com", Matches.YES),
        ("a.b.dp.kubernetesconfiguration.azure.com", Matches.MAYBE),
        ("something.azure.com", Matches.MAYBE),
        ("github.com", Matches.NO),
    ],
)
def test_the_aks_tag_holds_its_catalogue_and_perhaps_more(
    name: str, expected: Matches
) -> None:
    assert tag_matches("AzureKubernetesService", name) is expected
