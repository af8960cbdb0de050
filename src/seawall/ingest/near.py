"""Names that are nearly another one: what a misspelt word was meant for."""

from collections.abc import Iterable

_LIKENESS = 0.75


def nearest(word: str, known: Iterable[str], likeness: float = _LIKENESS) -> str:
    """Return the known name that a word is nearly; empty if it is near none.

    Args:
        word: What is written.
        known: The names that it may be meant for.
        likeness: How alike they must be, from 0 to 1.
    """
    from difflib import get_close_matches  # noqa: PLC0415  (rarely needed)

    folded = {it.lower(): it for it in sorted(known)}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=likeness)
    return folded[close[0]] if close else ""


def guess(word: str, known: Iterable[str], mend: str) -> str:
    """Return what mends a word that is not known, the nearest name first."""
    near = nearest(word, known)
    return f"did you mean `{near}`? Or {mend}" if near else mend
