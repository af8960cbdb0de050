import re
import struct
from pathlib import Path

import pytest

from seawall.app.cli.main import run
from seawall.query.reach.table import MAGIC
from seawall.query.reach.table_file import NotATableError, ReachTableFile

ROOT = Path(__file__).parents[3]
CONTOSO = str(ROOT / "examples" / "contoso")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("table") / "reach.bin"
    arguments = ["reach", CONTOSO, "--layers", "policy", "-o", f"binary={path}"]
    assert run(arguments) == 0
    return path.read_bytes()


def test_a_file_names_its_workloads_and_answers_for_a_pair(content: bytes) -> None:
    file = ReachTableFile(content)
    at = {name: number for number, name in enumerate(file.workloads)}
    source, target = at["shop/checkout[Deployment]"], at["payments/api[Deployment]"]
    mask = file.between(source, target)
    assert file.services.mask_services(mask.allowed) == (("TCP", "8443"),)
    assert dict(file.row(source))[target] == mask
    assert not file.between(target, source).possible


@pytest.mark.parametrize("cut", [0, 5, 11, 40, -1])
def test_a_file_that_is_cut_off_is_refused(content: bytes, cut: int) -> None:
    with pytest.raises(NotATableError):
        ReachTableFile(content[:cut])


def test_a_file_of_a_later_version_is_refused(content: bytes) -> None:
    later = content.replace(b"seawall/reach-table/v1", b"seawall/reach-table/v9", 1)
    with pytest.raises(NotATableError, match="reach-table/v9"):
        ReachTableFile(later)


def test_a_header_without_parts_is_refused() -> None:
    text = b'{"schemaVersion":"seawall/reach-table/v1"}'
    with pytest.raises(NotATableError):
        ReachTableFile(MAGIC + struct.pack("<I", len(text)) + text)


@pytest.mark.parametrize(
    "options,word",
    [
        (["--layers", "all"], "--layers policy"),
        (["--layers", "policy", "--from", "shop/cart"], "every pair"),
        (["--layers", "policy", "--port", "443"], "every pair"),
    ],
)
def test_a_binary_answer_never_leaves_something_out_in_silence(
    options: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reach.bin"
    assert run(["reach", CONTOSO, *options, "-o", f"binary={path}"]) == 2
    assert word in " ".join(capsys.readouterr().err.split())
    assert not path.exists()


def test_the_reader_in_the_documents_reads_the_file(content: bytes) -> None:
    page = (ROOT / "docs" / "reach-table.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    space: dict[str, object] = {}
    exec(code, space)  # noqa: S102
    plain = space["read"]
    assert callable(plain)
    head, answer = plain(content)
    file = ReachTableFile(content)
    count = len(head["workloads"])
    for source in range(count):
        for target in range(count):
            mask = file.between(source, target)
            assert answer(source, target) == (mask.allowed, mask.possible)
