"""Changes inputs of one reader again and again, and sees that reading ends well.

    python fuzz/run.py bicep                    a minute
    python fuzz/run.py --minutes 60 arm         an hour
    python fuzz/run.py --types azure            values of another type alone
    python fuzz/run.py --seed 7 --once FILE hcl one input again

What does not hold is kept under `fuzz/found/READER/`, and the command ends with 1. With
`--guided` the coverage of the readers leads the changes (`pip install atheris`).
"""

import argparse
import hashlib
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

if "--guided" in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["seawall.ingest"]):
        import seawall.ingest.assemble  # noqa: F401

from fuzz_cases import read
from fuzz_inputs import READERS
from fuzz_loop import FOUND, Fuzzing

_MEMORY = 4 * 2**30
_TYPES = 0.2
"""How often a value is made one of another type."""


def _guided(fuzzing: Fuzzing, seconds: float) -> None:
    """Let coverage lead the changes; the process ends here."""
    corpus = FOUND / f"{fuzzing.reader.name}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in fuzzing.pool:
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)

    def one(data: bytes) -> None:
        read(fuzzing.reader, data, fuzzing.guard)

    kept = f"-artifact_prefix={FOUND / fuzzing.reader.name}-"
    wanted = [kept, f"-max_total_time={int(seconds)}", "-max_len=40000", str(corpus)]
    atheris.Setup([sys.argv[0], *wanted], one)
    atheris.Fuzz()


def main() -> int:
    """Fuzz one reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=sorted(READERS))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0, help="0 draws one")
    parser.add_argument("--once", type=Path, help="read this file, changed in nothing")
    parser.add_argument("--guided", action="store_true", help="by coverage (atheris)")
    parser.add_argument("--types", action="store_true", help="change types alone")
    given = parser.parse_args()
    once = None if given.once is None else given.once.read_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    seed = given.seed or random.SystemRandom().randrange(1, 10**6)
    types = 1.0 if given.types else _TYPES
    fuzzing = Fuzzing(READERS[given.reader], seed, types=types)
    if once is not None:
        for item in read(fuzzing.reader, once, fuzzing.guard):
            print(f"{item.level.value}  {item}; {item.why}; {item.mend}")
        return 0
    if given.guided:
        _guided(fuzzing, given.minutes * 60)
    print(f"{given.reader}: {fuzzing.fresh} inputs, seed {seed}", flush=True)
    end = time.monotonic() + given.minutes * 60
    while time.monotonic() < end:
        fuzzing.step()
    print(
        f"{given.reader}: {fuzzing.cases} cases in {given.minutes:g} min, "
        f"{fuzzing.told} diagnostics, {fuzzing.spoils} spoiled, "
        f"{fuzzing.retypes} of another type, "
        f"slowest {fuzzing.slowest:.1f} s, {len(fuzzing.found)} that do not hold"
    )
    return 1 if fuzzing.found else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="fuzz-") as aside:
        # Where no file of the project says how verbs are to answer.
        os.chdir(aside)
        code = main()
    sys.exit(code)
