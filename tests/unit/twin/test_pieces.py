"""Rules in pieces hold the same tables, elements and rules as the whole."""

from seawall.twin.kernel import pieces
from seawall.twin.kernel.pieces import in_pieces

TEXT = """
table inet f {
  set tag {
    type ipv4_addr; flags interval; auto-merge
    elements = { 10.0.0.0/8,
      20.0.0.0-20.0.3.255 }
  }
  map to {
    type ipv4_addr : verdict
    elements = { 10.9.0.2 : jump pod }
  }
  # a remark
  chain pod {
    tcp dport { 80, 443 } counter accept comment "np/web"
    drop
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip saddr vmap @to
  }
}
"""


def test_tables_come_first_then_elements_then_rules_in_their_order() -> None:
    skeleton = """flush ruleset
table inet f {
set tag {
type ipv4_addr; flags interval; auto-merge
}
map to {
type ipv4_addr : verdict
}
chain pod {
}
chain forward {
type filter hook forward priority 0; policy drop;
}
}"""
    rules = """add rule inet f pod tcp dport { 80, 443 } counter accept comment "np/web"
add rule inet f pod drop
add rule inet f forward ct state established,related accept
add rule inet f forward ip saddr vmap @to"""
    assert in_pieces(TEXT) == [
        skeleton,
        "add element inet f tag { 10.0.0.0/8, 20.0.0.0-20.0.3.255 }",
        "add element inet f to { 10.9.0.2 : jump pod }",
        rules,
    ]


def test_no_piece_is_large() -> None:
    ports = "\n".join(f"tcp dport {n} accept" for n in range(950))
    blocks = ", ".join(f"10.0.{n // 250}.{n % 250}" for n in range(2_500))
    text = (
        f"table ip t {{\nset s {{\ntype ipv4_addr\nelements = {{ {blocks} }}\n}}\n"
        f"chain c {{\n{ports}\n}}\n}}"
    )
    found = in_pieces(text)
    assert found is not None
    assert len(found) == 1 + 3 + 5
    assert all(p.count("\n") < pieces.RULES_AT_ONCE for p in found)


def test_sets_on_one_line_are_taken_apart_too() -> None:
    text = """table inet f {
set s0 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 20.0.0.1 }; }
set s1 { type ipv4_addr; flags interval; }
}"""
    assert in_pieces(text) == [
        (
            "flush ruleset\ntable inet f {\n"
            "set s0 {\ntype ipv4_addr; flags interval;\n}\n"
            "set s1 {\ntype ipv4_addr; flags interval;\n}\n}"
        ),
        "add element inet f s0 { 10.0.0.0/8, 20.0.0.1 }",
    ]


def test_many_chains_are_declared_in_several_pieces() -> None:
    for tables, sizes in (
        (1, [400, 400, 100]),
        (3, [400, 400, 400, 400, 400, 400, 300]),
    ):
        chains = "\n".join(f"chain c{n} {{\n}}" for n in range(900))
        text = "\n".join(f"table ip t{n} {{\n{chains}\n}}" for n in range(tables))
        found = in_pieces(text)
        assert found is not None
        assert [piece.count("chain") for piece in found] == sizes
        assert all(piece.count("{") == piece.count("}") for piece in found)


def test_a_form_that_is_not_known_is_not_guessed_at() -> None:
    assert in_pieces("add rule ip t c accept") is None
    assert in_pieces("table ip t { chain c { accept; }\n}") is None
    assert in_pieces("table ip t {\nchain c {\ntcp dport {\n80 } accept\n}\n}") is None
    assert in_pieces("table ip t {\nchain c {\naccept\n") is None
