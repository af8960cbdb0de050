"""Parsers of others take the Bicep of every design, where they are installed.

`pip install pycep-parser tree-sitter tree-sitter-bicep`; they are no part of Seawall.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from designs import DESIGNS, choices, laid_out, needs
from seawall.emit.bicep import bicep


def text_of(name: str) -> str:
    wanted, chosen = DESIGNS[name]
    return bicep(laid_out(needs(**wanted), choices(**chosen)))


@pytest.mark.parametrize("name", DESIGNS)
def test_a_grammar_finds_no_fault(name: str) -> None:
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_bicep")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    assert not parser.parse(text_of(name).encode()).root_node.has_error


@pytest.mark.parametrize("name", DESIGNS)
def test_a_parser_reads_every_resource(name: str) -> None:
    pycep = pytest.importorskip("pycep")
    text = text_of(name)
    found = pycep.BicepParser().parse(text=text)["resources"]
    assert len(found) == text.count("\nresource ")


@pytest.mark.parametrize("name", DESIGNS)
def test_the_compiler_leaves_the_form_as_it_is(name: str, tmp_path: Path) -> None:
    program = shutil.which("bicep")
    if program is None:
        pytest.skip("there is no `bicep` on this machine")
    path = tmp_path / "main.bicep"
    path.write_text(text_of(name), encoding="utf-8")
    subprocess.run([program, "format", str(path)], check=True)  # noqa: S603
    assert path.read_text(encoding="utf-8") == text_of(name)
