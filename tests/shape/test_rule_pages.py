"""The pages about the rules say what the rules say."""

from pathlib import Path

from seawall.audit.document import pages

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_as_the_rules_would_write_them() -> None:
    written = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    assert written == pages(), "run: python -m seawall.audit.document"
