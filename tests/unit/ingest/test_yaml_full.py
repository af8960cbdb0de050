import pytest

from seawall.ingest.text.yaml_full import BadYaml, parse_full


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("0x1f", 31),
        ("0o17", 15),
        ("017", 15),
        ("089", 89.0),
        ("0b11", 3),
        ("1_000", 1000),
        ("-7", -7),
        ("=", "="),
        ("!Ref name", "name"),
        ("!!str 80", "80"),
        ("", None),
        ("NO", False),
    ],
)
def test_scalars_are_what_kubernetes_takes_them_for(text: str, value: object) -> None:
    assert parse_full(f"k: {text}")[0] == {"k": value}


def test_a_second_anchor_of_one_name_replaces_the_first() -> None:
    value, _ = parse_full("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert value == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_merge_keys_fill_what_is_not_written() -> None:
    text = "base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nuse:\n  <<: [*b, *m]\n  y: 9\n"
    assert parse_full(text)[0]["use"] == {"x": 1, "y": 9, "z": 3}  # type: ignore[index]


def test_a_quoted_merge_key_is_a_key() -> None:
    assert parse_full('"<<": 1')[0] == {"<<": 1}


def test_repeated_keys_are_reported_and_the_last_one_holds() -> None:
    value, repeated = parse_full("a:\n- b: 1\n  b: 2\n")
    assert value == {"a": [{"b": 2}]}
    assert repeated == (("a", 0, "b"),)


def test_aliases_that_explode_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(BadYaml, match="aliases expand"):
        parse_full("\n".join(lines))


def test_an_alias_inside_what_it_stands_for_is_refused() -> None:
    with pytest.raises(BadYaml, match="inside what it stands for"):
        parse_full("a: &x [*x]")


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 200_000, "a: " + "[" * 3_000 + "]" * 3_000, "- " * 20_000]
)
def test_endless_nesting_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        parse_full(text)


@pytest.mark.parametrize("text", ["{a: 1}: b", "[1]: b", "a: *x", "a: !!int x"])
def test_what_has_no_plain_value_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        parse_full(text)


def test_the_line_of_a_fault_is_told() -> None:
    with pytest.raises(BadYaml) as caught:
        parse_full("a: 1\nb: [\nc: 2\n")
    assert caught.value.line is not None
