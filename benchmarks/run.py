"""Measures Seawall, beside a peer where there is one, and prints a Markdown table.

    make bench                             every row
    python benchmarks/run.py start contoso some rows
    python benchmarks/run.py --out FILE    the table into a file too

Figures are CPU seconds (user and system) and peak resident memory of the whole process,
from the operating system; the median of several runs that take turns. Compare only
figures of one table.
"""

import argparse
import contextlib
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from change import copies_in_network, write_two
from dumps import FORMS, write_form
from generate import Mix, write, write_dump
from network import Shape, write_network

ROOT = Path(__file__).resolve().parent.parent
SEAWALL = Path(sys.executable).with_name("seawall")
PEERS = ROOT / ".benchmarks"
NCA = PEERS / "nca" / "bin" / "nca"
NCA_VERSION = "2.1.0"
Z3_VERSION = "5.4.1.0"
ANALYZER = PEERS / "analyzer"
BARE = [sys.executable, "-c", "import typing, argparse, json"]
IN_KIB = 1024 if sys.platform == "darwin" else 1
D = Mix(namespaces=1000, workloads=10, policies=10, replicas=10, block_pool=500)


@dataclass
class Run:
    cpu_s: float
    wall_s: float
    peak_mib: float
    status: int


@dataclass
class Row:
    """One command and what it took."""

    name: str
    command: Sequence[str]
    runs: int = 5
    goal: str = ""
    done: list[Run] = field(default_factory=list)
    says: bool = False
    """Whether it prints figures of its own, as JSON."""
    said: str = ""

    def median(self, attribute: str) -> float:
        return statistics.median(getattr(run, attribute) for run in self.done)


def measure(command: Sequence[str], out: int | IO[str] = subprocess.DEVNULL) -> Run:
    """Run *command* once, its output thrown away or kept."""
    # An installed program has its byte code beside it.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=out,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=kept,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=wall,
        peak_mib=usage.ru_maxrss / IN_KIB / 1024,
        status=process.returncode,
    )


def take_turns(rows: Sequence[Row]) -> None:
    """Measure rows A, B, A, B, after one run of each that does not count."""
    for row in rows:
        if row.runs > 1:
            measure(row.command)
    for turn in range(max(row.runs for row in rows)):
        for row in rows:
            if turn < row.runs and row.says:
                with tempfile.TemporaryFile("w+") as out:
                    row.done.append(measure(row.command, out))
                    out.seek(0)
                    row.said = out.read()
            elif turn < row.runs:
                row.done.append(measure(row.command))


def install_peer() -> bool:
    """Install the peer into an environment of its own; return whether it is there."""
    if NCA.exists():
        return True
    subprocess.run([sys.executable, "-m", "venv", PEERS / "nca"], check=True)
    wanted = f"network-config-analyzer=={NCA_VERSION}"
    pip = [PEERS / "nca" / "bin" / "pip", "install", "--quiet", wanted]
    return subprocess.run(pip, check=False).returncode == 0


def install_analyzer() -> Path | None:
    """Install netpol-analyzer where Go and its module can be had; return it if so."""
    for name in ("netpolicy", "cmd", "k8snetpolicy"):
        if (ANALYZER / name).exists():
            return ANALYZER / name
    go = shutil.which("go")
    if go is None:
        return None
    for package in ("cmd/netpolicy", "cmd"):
        wanted = f"github.com/np-guard/netpol-analyzer/{package}@latest"
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(
                [go, "install", wanted],
                env={**os.environ, "GOBIN": str(ANALYZER)},
                check=False,
                timeout=120,
                capture_output=True,
            )
            if done.returncode == 0:
                return ANALYZER / Path(package).name
    print("netpol-analyzer cannot be installed here: left out", file=sys.stderr)
    return None


def reach(folder: Path, output: str = "json") -> list[str]:
    return [str(SEAWALL), "reach", "--layers", "policy", "-o", output, str(folder)]


def apart(make: Callable, *arguments: object) -> object:
    """Run *make* in a process of its own and return what it returns.

    The peak memory of a child counts from that of the process that starts it.
    """
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(make, *arguments).result()


def start_rows(_: Path) -> list[Row]:
    goal = "1.5 x bare + 0.1 s"
    return [
        Row("bare Python", BARE, runs=15),
        Row("`seawall --version`", [str(SEAWALL), "--version"], runs=15, goal=goal),
        Row("`seawall --help`", [str(SEAWALL), "--help"], runs=15, goal=goal),
    ]


def calibration_rows(folder: Path) -> list[Row]:
    """What is none of ours, so that tables of two machines can be compared."""
    inputs = folder / "calibration"
    apart(write_dump, inputs, D)
    script = [sys.executable, "benchmarks/calibrate.py", str(inputs / "pods.json")]
    goal = "where goals were written: json.loads 44 to 55, msgspec typed 165 to 177"
    return [Row("calibration, MB of JSON a CPU second", script, 1, goal, says=True)]


def s200_rows(folder: Path) -> list[Row]:
    inputs = folder / "s200"
    write(inputs, Mix(namespaces=40))
    rows = [
        Row("S200: 201 workloads, 160 policies", reach(inputs), goal="1/100 of NCA")
    ]
    if install_peer():
        nca = [
            str(NCA),
            "--connectivity",
            "--resource_list",
            str(inputs),
            "--output_format",
            "txt_no_fw_rules",
            "--return_0",
        ]
        rows.append(Row(f"the same, NCA {NCA_VERSION}", nca, runs=1))
    return rows


def m1000_rows(folder: Path) -> list[Row]:
    inputs = folder / "m1000"
    write(inputs, Mix(namespaces=200, named=0))
    name = "M1000: 1,001 workloads, 800 policies"
    rows = [Row(name, reach(inputs), goal="0.6 s, 80 MiB")]
    analyzer = install_analyzer()
    if analyzer is not None:
        command = [str(analyzer), "list", "-q", "-o", "csv", "--dirpath", str(inputs)]
        rows.append(Row("the same, netpol-analyzer", command, runs=1))
    return rows


def d_rows(folder: Path) -> list[Row]:
    inputs = folder / "d"
    made = apart(write_dump, inputs, D)
    size = sum(path.stat().st_size for path in inputs.iterdir()) / 1e6
    name = f"D: {made['pods']:,} pods, {made['policies']:,} policies, {size:.0f} MB"
    table = f"binary={folder / 'd.table'}"
    return [
        Row(f"{name}, pairs counted", reach(inputs, "summary"), 3, "2.0 s, 500 MiB"),
        Row("the same, all pairs as a file", reach(inputs, table), 3, "1.5 s more"),
    ]


def diff_rows(folder: Path) -> list[Row]:
    old, new = folder / "old", folder / "new"
    made = apart(write_two, old, new, D)
    name = f"diff, {made['pods']:,} pods: 100 policies, 500 pods changed"
    command = [str(SEAWALL), "diff", str(old), str(new), "--engine", "spec"]
    command += ["--layers", "policy"]
    goal = "2.0 s beyond reading and compiling"
    return [Row(name, [*command, "-o", "json"], runs=1, goal=goal)]


def yaml_rows(folder: Path) -> list[Row]:
    inputs = folder / "d-yaml"
    apart(write_form, inputs, D, "yaml")
    size = sum(path.stat().st_size for path in inputs.iterdir()) / 1e6
    name = f"D as YAML, {size:.0f} MB, pairs counted"
    return [Row(name, reach(inputs, "summary"), 3, "5 s")]


def edits_rows(folder: Path) -> list[Row]:
    inputs = folder / "d-edits"
    apart(write_dump, inputs, D)
    command = [sys.executable, "benchmarks/edits.py", str(inputs)]
    goal = "2 ms median, 15 ms at the 95th percentile, 1 MB an edit"
    return [Row("D, 200 edits of policies", command, 1, goal, says=True)]


def points_rows(folder: Path) -> list[Row]:
    inputs = folder / "d-points"
    apart(write_dump, inputs, D)
    command = [sys.executable, "benchmarks/points.py", str(inputs)]
    goal = "0.5 M points, 0.1 M explained, 20 M pairs in a batch a second"
    return [Row("D, questions about pairs", command, 1, goal, says=True)]


def growth_rows(folder: Path) -> list[Row]:
    rows = []
    for copies in (1, 2, 4):
        inputs = folder / f"growth{copies}"
        made = write(inputs, Mix(namespaces=200, copies=copies))
        size = sum(path.stat().st_size for path in inputs.iterdir()) / 1e6
        name = f"{made['workloads']:,} workloads, the same label sets, {size:.1f} MB"
        rows.append(Row(name, reach(inputs), runs=3, goal="linear in the input"))
    return rows


def reading_rows(folder: Path) -> list[Row]:
    """Reading alone, to a snapshot: 100,000 pods under 10,000 policies."""
    goals = {"lean": "1 s", "fat": "1 s, 450 MiB", "yaml": "5 s"}
    rows = []
    for form in FORMS:
        inputs = folder / f"dump-{form}"
        apart(write_form, inputs, D, form)
        size = sum(path.stat().st_size for path in inputs.iterdir()) / 1e6
        # As the command has it: garbage is not looked for, at the end neither.
        code = (
            "import gc\n"
            "gc.disable()\n"
            "from seawall.ingest import load\n"
            f"load([{str(inputs)!r}])\n"
            "gc.freeze()"
        )
        name = f"reading 100,010 pods, {form}, {size:.0f} MB"
        command = [sys.executable, "-c", code]
        rows.append(Row(name, command, runs=3, goal=goals[form]))
    return rows


def gitops_rows(folder: Path) -> list[Row]:
    """Many small files, read to a snapshot and by the bare parser without lines."""
    inputs = folder / "gitops"
    write(inputs, Mix(namespaces=100))
    whole = sorted(inputs.rglob("*.yaml"))
    for path in whole:
        documents = path.read_text(encoding="utf-8").split("\n---\n")
        for at, text in enumerate(documents):
            path.with_name(f"{path.stem}-{at}.yaml").write_text(text, encoding="utf-8")
        path.unlink()
    many = sum(1 for _ in inputs.rglob("*.yaml"))
    raw = (
        "import pathlib, yaml\n"
        f"for path in pathlib.Path({str(inputs)!r}).rglob('*.yaml'):\n"
        "    list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))"
    )
    ours = f"from seawall.ingest import load; load([{str(inputs)!r}])"
    return [
        Row(
            f"reading {many:,} files of YAML",
            [sys.executable, "-c", ours],
            goal="60 % of the speed of PyYAML's C parser",
        ),
        Row("the same, PyYAML's C parser", [sys.executable, "-c", raw]),
        Row("importing the readers", [sys.executable, "-c", "import seawall.ingest"]),
    ]


def contoso_rows(_: Path) -> list[Row]:
    command = [str(SEAWALL), "check", "examples/contoso", "--fail-on", "never"]
    return [Row("`seawall check examples/contoso`", command)]


def solver() -> Path | None:
    """Return an interpreter that has the solver; install it if it can be had."""
    python = PEERS / "z3" / "bin" / "python"
    if python.exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", PEERS / "z3"], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", f"z3-solver=={Z3_VERSION}"]
    return python if subprocess.run(pip, check=False).returncode == 0 else None


def lists_rows(_: Path) -> list[Row]:
    """Ordered lists of rules; whole processes, so the first row is start-up."""

    def row(python: Path | str, script: str, many: int, name: str, runs: int) -> Row:
        # The solver's interpreter has none of our packages, and needs none.
        command = [
            "/usr/bin/env",
            f"PYTHONPATH={ROOT / 'src'}",
            str(python),
            str(ROOT / "benchmarks" / script),
            "--rules",
            str(many),
        ]
        tagged = ["--tagged", "0"] if script == "lists.py" else []
        return Row(
            f"{name}, {many:,} rules", [*command, *tagged], runs, goals.get(many, "")
        )

    goals = {300: "0.02 s beyond start", 1000: "0.06 s", 3000: "0.3 s", 10000: "1.5 s"}
    rows = [
        row(sys.executable, "lists.py", many, "a list", 3)
        for many in (10, 300, 1000, 3000, 10000)
    ]
    peer = solver()
    if peer is not None:
        rows += [
            row(peer, "solver.py", many, "the same by z3-solver", 1)
            for many in (10, 300, 1000)
        ]
    return rows


def network_rows(folder: Path) -> list[Row]:
    """The cluster of `d` in a network of its own, policies alone and all layers."""
    inputs = folder / "network"
    apart(write_network, inputs, D, Shape())
    rows = []
    for layers in ("policy", "all"):
        command = [str(SEAWALL), "reach", "--layers", layers, "--engine", "cilium"]
        goal = "1.5 x policies alone" if layers == "all" else ""
        name = f"L: `reach --layers {layers}`, pairs counted"
        rows.append(Row(name, [*command, "-o", "summary", str(inputs)], 3, goal))
    return rows


def network_diff_rows(folder: Path) -> list[Row]:
    """1,000 workloads in a network: nothing, policies, or one rule changed."""
    old, policies, rule = (folder / f"net-{name}" for name in ("old", "pol", "rule"))
    mix = Mix(namespaces=50, workloads=20, policies=10, replicas=3, block_pool=500)
    shape = Shape(subnets=5, groups=5, rules=60, firewall_rules=200, endpoints=20)
    apart(write_network, old, mix, shape)
    apart(copies_in_network, old, policies, rule)
    reading = [str(SEAWALL), "explain-input", str(old), str(policies)]
    rows = [Row("1,001 workloads in a network, twice: reading both", reading, 3)]
    whole = [str(SEAWALL), "diff", str(old)]
    for name, new in (("10 policies", policies), ("one rule of an NSG", rule)):
        command = [*whole, str(new), "--only", "flows"]
        goal = "little more than reading both"
        rows.append(Row(f"`diff` through all layers: {name}", command, 3, goal))
    name = "`diff` with findings of both sides: 10 policies"
    rows.append(Row(name, [*whole, str(policies)], 1, "twice `check`"))
    return rows


def twin_rows(_: Path) -> list[Row]:
    """Real packets; the process that keeps a twin is counted too."""
    whole = [str(SEAWALL), "rehearse", "examples/contoso"]
    rows = [Row("`seawall rehearse examples/contoso`", whole, 3, "seconds")]
    for spaces in (200, 1000):
        command = [sys.executable, "benchmarks/twin.py", str(spaces)]
        name = f"a twin of {spaces} namespaces, {spaces} rules"
        goal = "up in a minute" if spaces == 200 else ""
        rows.append(Row(name, command, 1, goal, says=True))
    return rows


GROUPS: dict[str, Callable[[Path], list[Row]]] = {
    "calibration": calibration_rows,
    "start": start_rows,
    "s200": s200_rows,
    "m1000": m1000_rows,
    "d": d_rows,
    "yaml": yaml_rows,
    "diff": diff_rows,
    "edits": edits_rows,
    "points": points_rows,
    "growth": growth_rows,
    "reading": reading_rows,
    "gitops": gitops_rows,
    "lists": lists_rows,
    "network": network_rows,
    "network-diff": network_diff_rows,
    "contoso": contoso_rows,
    "twin": twin_rows,
}


def table(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| what | CPU s | wall s | peak MiB | runs | exit | goal |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        exits = ",".join(sorted({str(run.status) for run in row.done}))
        lines.append(
            f"| {row.name} | {row.median('cpu_s'):.3f} | {row.median('wall_s'):.3f} "
            f"| {row.median('peak_mib'):.0f} | {len(row.done)} | {exits} | {row.goal} |"
        )
    return lines


def ratios(rows: Sequence[Row]) -> list[str]:
    """Return what the rows say beside each other."""
    found = []
    by_name = {row.name: row for row in rows}
    bare = by_name.get("bare Python")
    for row in rows:
        if bare and "seawall --" in row.name:
            limit = 1.5 * bare.median("cpu_s") + 0.1
            found.append(
                f"{row.name}: {row.median('cpu_s'):.3f} CPU s of {limit:.3f} allowed"
            )
    ours = next((row for row in rows if row.name.startswith("S200")), None)
    peer = next((row for row in rows if "NCA" in row.name), None)
    if ours and peer:
        found.append(
            f"S200: 1/{peer.median('cpu_s') / ours.median('cpu_s'):.0f} of NCA's CPU s"
        )
    growth = [row for row in rows if "same label sets" in row.name]
    if growth:
        times = ", ".join(f"{row.median('cpu_s'):.2f}" for row in growth)
        factor = growth[-1].median("cpu_s") / growth[0].median("cpu_s")
        found.append(
            f"growth: {times} CPU s; 4 times the workloads, {factor:.1f} times the time"
        )
    found += [
        f"{row.name}: "
        + "; ".join(f"{key} {value}" for key, value in json.loads(row.said).items())
        for row in rows
        if row.said
    ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    arguments = parser.parse_args()
    unknown = set(arguments.groups) - set(GROUPS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    load = os.getloadavg()[0]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as made:
        for name in arguments.groups or GROUPS:
            print(f"measuring {name} ...", file=sys.stderr)
            group = GROUPS[name](Path(made))
            take_turns(group)
            rows += group
    words = ["python", "benchmarks/run.py", *sys.argv[1:]]
    made_by = (
        f"Made by `{shlex.join(words)}` with Python {platform.python_version()} on "
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after."
    )
    lines = [
        made_by,
        "",
        *table(rows),
        "",
        *(f"- {line}" for line in ratios(rows)),
    ]
    text = "\n".join(lines).rstrip() + "\n"
    print(text, end="")
    if arguments.out:
        arguments.out.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
