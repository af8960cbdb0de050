"""Changes inputs of one reader again and again, and keeps what does not hold."""

import hashlib
import random
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from fuzz_cases import Broken, Guard, ask, check_spoiled, read
from fuzz_changes import changed, spoiled
from fuzz_inputs import Reader
from fuzz_types import certain, retyped

FOUND = Path(__file__).resolve().parent / "found"
_KEPT = 400
"""Inputs that were read without an error and are changed further."""
_OWN = 0.6
_VERBS = (
    ("check", "--fail-on", "never"),
    ("explain-input",),
    ("trace", "shop/web", "internet:443", "--unknown", "ok"),
)
_T = TypeVar("_T")


class Fuzzing:
    """One run over one reader."""

    def __init__(
        self, reader: Reader, seed: int, found: Path = FOUND, types: float = 0
    ) -> None:
        self.types = types
        self.folder = found / reader.name
        self.reader = reader
        self.rnd = random.Random(seed)
        self.guard = Guard()
        self.pool = list(reader.seeds())
        self.fresh = len(self.pool)
        self.cases = self.told = self.spoils = self.retypes = 0
        self.slowest = 0.0
        self.found: dict[str, Path] = {}

    def step(self) -> None:
        """Change one input, and read it."""
        if self.reader.question is not None and self.rnd.random() < 0.1:
            self._spoil()
            return
        if self.rnd.random() < self.types:
            self._retype()
            return
        data = changed(self.rnd.choice(self.pool), self.pool, self.rnd)
        began = time.process_time()
        told = self.guarded(data, partial(read, self.reader, data, self.guard))
        self.slowest = max(self.slowest, time.process_time() - began)
        self.told += len(told or ())
        if told is not None and not told and len(data) < 2 * max(map(len, self.pool)):
            self.pool.append(data)
            if len(self.pool) > self.fresh + _KEPT:
                del self.pool[self.rnd.randrange(self.fresh, len(self.pool))]
        if self.rnd.random() < 0.05:
            verb = self.rnd.choice(_VERBS)
            self.guarded(data, partial(ask, self.reader, data, self.guard, *verb))

    def _retype(self) -> None:
        # Most of what is found comes of inputs on which a verdict rests.
        some = self.reader.texts if self.rnd.random() < _OWN else ()
        text = self.rnd.choice(
            some or [it.decode("utf-8", "replace") for it in self.pool[: self.fresh]]
        )
        new = retyped(self.reader, text, self.rnd)
        if new is None:
            return
        self.retypes += 1
        old, data = text.encode(), new[0].encode("utf-8", "surrogatepass")
        ask = partial(certain, self.reader, old, data, self.guard)
        found = self.guarded(data, ask)
        if found:
            self.keep(
                data, f"a certain verdict rests on another type:\n{found[0]}\n{new[1]}"
            )

    def _spoil(self) -> None:
        self.spoils += 1
        text = self.reader.texts[0]
        spoil = partial(spoiled, rnd=self.rnd)
        check = partial(check_spoiled, self.reader, text, spoil, self.guard)
        data = self.guarded(text.encode(), check)
        if data is not None:
            self.keep(data, "a certain verdict rests on what cannot be read")

    def guarded(self, data: bytes, what: Callable[[], _T]) -> _T | None:
        """Return what something gives; what does not hold is kept."""
        self.cases += 1
        try:
            return what()
        except Broken as broken:
            self.keep(data, str(broken))
        except MemoryError:
            self.keep(data, "it fills the memory")
        except Exception:  # noqa: BLE001  # whatever it is, it is a finding
            self.keep(data, traceback.format_exc())
        return None

    def keep(self, data: bytes, why: str) -> None:
        """Keep an input once for each reason."""
        lines = why.strip().splitlines()
        place = [it.strip() for it in lines if it.strip().startswith("File ")][-1:]
        reason = " ".join((*place, lines[-1][:160]))
        if reason in self.found:
            return
        name = hashlib.sha256(data).hexdigest()[:12]
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        self.found[reason] = folder / f"{name}-{self.reader.file}"
        self.found[reason].write_bytes(data)
        (folder / f"{name}.txt").write_text(why, encoding="utf-8")
        print(f"  {self.found[reason]}: {reason}", flush=True)
