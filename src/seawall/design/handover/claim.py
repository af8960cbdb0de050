"""A need as something to prove: an intent, or a setting that is read back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.emit.kubernetes import Json, Object
from seawall.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Claim:
    """An intent, as it stands in a file.

    Attributes:
        needs: Paths of the needs that it proves.
        body: What stands under `intents:`.
    """

    needs: tuple[str, ...]
    body: Object


@dataclass(frozen=True, slots=True)
class Setting:
    """A need that no packet shows.

    Attributes:
        needs: Paths of the needs.
        says: What is set, as a sentence.
        found: Returns what was read instead, as a clause; empty if it is as it shall
            be. None where files cannot show it: then it is told, and not proved.
    """

    needs: tuple[str, ...]
    says: str
    found: Callable[[Snapshot], str] | None


def claim(
    needs: Sequence[str],
    name: str,
    demand: str,
    body: Json,
    excepted: Sequence[Object] = (),
) -> Claim:
    """Return an intent about some needs, with a name that is a sentence."""
    out: dict[str, Json] = {"name": name, demand: body}
    if demand == "preset" and isinstance(body, dict):
        out = {"name": name, **body}
    if excepted:
        out["except"] = list(excepted)
    return Claim(tuple(needs), out)


def listed(texts: Sequence[str]) -> Json:
    """Return one text, or a list of several."""
    unique = list(dict.fromkeys(texts))
    return unique[0] if len(unique) == 1 else list(unique)
