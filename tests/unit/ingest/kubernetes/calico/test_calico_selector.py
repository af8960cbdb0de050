import pytest

from seawall.ingest.kubernetes.calico.selector import (
    Scope,
    SelectorError,
    read_calico_selector,
)
from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
)


def label(key: str, comparison: Comparison, *values: str) -> LabelTest:
    return LabelTest(Facet.LABELS, key, comparison, frozenset(values))


A = label("a", Comparison.IN, "x")
HAS_B = label("b", Comparison.EXISTS)
PLACED = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.EXISTS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ANYTHING),
        ("  all( ) ", ANYTHING),
        ("a == 'x'", A),
        ('a=="x"', A),
        ("a != 'x'", Not(A)),
        ("has(b)", HAS_B),
        ("! !has( b )", HAS_B),
        ("!has(b)", Not(HAS_B)),
        ("a in {'x', \"y\"}", label("a", Comparison.IN, "x", "y")),
        ("a in {}", label("a", Comparison.IN)),
        ("a not in {'x'}", Not(A)),
        ("a notin{'x'}", Not(A)),
        ("a contains 'x'", label("a", Comparison.CONTAINS, "x")),
        ("a starts with 'x'", label("a", Comparison.STARTS_WITH, "x")),
        ("a ends with 'x'", label("a", Comparison.ENDS_WITH, "x")),
        ("in in {'x'}", label("in", Comparison.IN, "x")),
        ("has == 'x'", label("has", Comparison.IN, "x")),
        ("a == 'x' && has(b)", AllOf((A, HAS_B))),
        ("has(b) || a == 'x' && has(b)", AnyOf((HAS_B, AllOf((A, HAS_B))))),
        ("!(has(b) || a == 'x')", Not(AnyOf((HAS_B, A)))),
    ],
)
def test_every_form_of_the_language_is_read(text: str, wanted: Labels) -> None:
    assert read_calico_selector(text) == wanted


def test_what_a_selector_ranges_over_decides_what_its_keys_mean() -> None:
    spaces = LabelTest(Facet.NAMESPACE_LABELS, "a", Comparison.IN, frozenset({"x"}))
    accounts = LabelTest(Facet.ACCOUNT_LABELS, "a", Comparison.IN, frozenset({"x"}))
    assert read_calico_selector("a == 'x'", Scope.NAMESPACES) == spaces
    assert read_calico_selector("pcns.a == 'x'") == spaces
    assert read_calico_selector("a == 'x'", Scope.ACCOUNTS) == accounts
    assert read_calico_selector("pcsa.a == 'x'") == accounts


def test_names_that_calico_adds_are_names_and_not_labels() -> None:
    assert read_calico_selector("has(projectcalico.org/namespace)") == PLACED
    written = "has(projectcalico.org/name)"
    assert read_calico_selector(written, Scope.NAMESPACES) == PLACED
    key = "projectcalico.org/orchestrator"
    pod = LabelTest(Facet.ACCOUNT_NAME, "", Comparison.EXISTS)
    for text in ("== 'k8s'", "in {'k8s', 'x'}", "contains '8'", "ends with 's'"):
        assert read_calico_selector(f"{key} {text}") == pod
    assert read_calico_selector(f"{key} != 'k8s'") == Not(pod)
    assert read_calico_selector(f"{key} starts with 'open'") == AnyOf(())


def test_global_is_what_has_no_namespace_and_all_what_has_one() -> None:
    assert read_calico_selector("global()", Scope.NAMESPACES) == Not(PLACED)
    assert read_calico_selector("all()", Scope.NAMESPACES) == PLACED
    with pytest.raises(SelectorError) as caught:
        read_calico_selector("has(b) && global()")
    assert caught.value.column == len("has(b) && ") + 1


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a = 'x'", 3),
        ("a == x", 6),
        ("a == 'x", 6),
        ("a == 'x' &&", 12),
        ("a == 'x' & has(b)", 10),
        ("(a == 'x'", 10),
        ("a == 'x')", 9),
        ("a in ['x']", 6),
        ("a", 2),
        ("&& a == 'x'", 1),
        ("a == 'x' b == 'y'", 10),
    ],
)
def test_what_is_no_selector_is_refused_at_its_column(text: str, column: int) -> None:
    with pytest.raises(SelectorError) as caught:
        read_calico_selector(text)
    assert caught.value.column == column


def test_a_selector_nested_without_end_is_refused() -> None:
    with pytest.raises(SelectorError):
        read_calico_selector("(" * 10_000)
