"""Judge weak spots by effect and by presence: Seawall and checkov side by side.

    python benchmarks/scanners.py [--checkov PROGRAM] [--md]

Each input stands twice, with its fault and mended. A tool catches a fault if it says of
the one what it does not say of the other; what it says of both is not about the fault.
checkov is asked if it is installed (`pip install checkov` in an environment of its
own), else its columns say that it was not asked.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from weak_spots import WEAK_SPOTS, WeakSpot

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Print the table; the exit code is 1 if Seawall misses a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkov", default=shutil.which("checkov"))
    parser.add_argument("--md", action="store_true", help="print Markdown")
    asked = parser.parse_args()
    version = ""
    if asked.checkov:
        version = run([asked.checkov, "--version"]).strip()
    rows = [row(spot, asked.checkov) for spot in WEAK_SPOTS]
    heads = ("Fault", "Seawall", f"checkov {version}".strip())
    shown = [(f"{name}: {what}", own, other) for name, what, own, other in rows]
    if asked.md:
        print("| " + " | ".join(heads) + " |\n|---|---|---|")
        print("\n".join("| " + " | ".join(cells) + " |" for cells in shown))
    else:
        for cells in (heads, *shown):
            print(f"{cells[0]:<78} {cells[1]:<28} {cells[2]}")
    caught = sum(own != "—" for _, own, _ in shown)
    print(f"\nSeawall catches {caught} of {len(rows)}", end="")
    if asked.checkov:
        print(f", checkov {sum(other != '—' for _, _, other in shown)}")
    else:
        print("; checkov was not asked: it is not installed")
    return int(caught < len(rows))


def row(spot: WeakSpot, checkov: str | None) -> tuple[str, str, str, str]:
    with tempfile.TemporaryDirectory() as name:
        folders = {}
        for kind, files in (("bad", spot.bad), ("good", spot.good)):
            folders[kind] = Path(name) / kind
            folders[kind].mkdir()
            for file, text in files.items():
                (folders[kind] / file).write_text(text, encoding="utf-8")
        own = said_by_seawall(folders["bad"]) - said_by_seawall(folders["good"])
        other = "not asked"
        if checkov:
            new = said_by_checkov(checkov, folders["bad"]) - said_by_checkov(
                checkov, folders["good"]
            )
            other = ", ".join(sorted(new)) or "—"
    return spot.name, spot.what, ", ".join(sorted(own)) or "—", other


def said_by_seawall(folder: Path) -> set[str]:
    text = run([sys.executable, "-m", "seawall", "check", str(folder), "-o", "json"])
    told = json.loads(text)
    found = [*told["findings"], *told["validity"]["findings"]]
    return {item["rule"] for item in found}


def said_by_checkov(checkov: str, folder: Path) -> set[str]:
    # Nothing is fetched: only what it brings itself is asked.
    choices = ("--framework", "terraform", "kubernetes", "--skip-download")
    told = json.loads(run([checkov, "-d", str(folder), *choices, "-o", "json"]))
    parts = told if isinstance(told, list) else [told]
    return {
        item["check_id"]
        for part in parts
        for item in part.get("results", {}).get("failed_checks", ())
    }


def run(command: list[str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
