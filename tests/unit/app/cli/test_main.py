"""Exit codes, and how the program ends when it is disturbed."""

import errno
import json
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from seawall.app.cli import main
from seawall.app.cli.main import run

ROOT = Path(__file__).parents[4]
OPEN = str(ROOT / "examples" / "open")
CONTOSO = str(ROOT / "examples" / "contoso")
SEAWALL = [sys.executable, "-m", "seawall"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", OPEN], 1),
        (["check", "--fail-on", "never", OPEN], 0),
        (["check", "--fail-on", "never", "--unknown", "fail", f"{OPEN}/shop.yaml"], 3),
        (["reach", OPEN], 0),
        (["trace", "shop/storefront", "shop/cart", OPEN], 0),
        (["trace", "shop/cart", "shop/catalog:80", CONTOSO], 1),
        (["trace", "internet", "shop/partner-feed:443", CONTOSO], 1),
        (["trace", "shop/cart", "pay.example.com:80", f"{OPEN}/shop.yaml"], 3),
        (["trace", "onprem", "shop/cart", CONTOSO], 3),
        (["trace", "--unknown", "ok", "onprem", "shop/cart", CONTOSO], 0),
        (["rules"], 0),
        (["rules", "AKS000"], 2),
        (["check", "--cluster", "nope", OPEN], 2),
        (["check", "--engine", "weave", OPEN], 2),
        ([], 2),
    ],
)
def test_exit_codes_are_as_documented(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == code
    assert "internal error" not in capsys.readouterr().err


def test_a_cluster_that_is_not_there_gets_the_names_of_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["check", "--cluster", "nope", OPEN])
    assert "it holds `aks-demo`" in capsys.readouterr().err


def test_a_reader_that_leaves_early_changes_neither_noise_nor_code() -> None:
    command = (
        f"{sys.executable} -m seawall check {OPEN} | true; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "1"
    assert "Broken" not in done.stderr


def test_a_full_disk_is_told_as_such() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    for verb in ("check", "reach", "rules"):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(  # noqa: S603
                [*SEAWALL, verb, *([] if verb == "rules" else [OPEN])],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2
        assert "cannot be written: No space left" in done.stderr


def test_a_closed_output_is_told_as_such() -> None:
    command = f"{sys.executable} -m seawall check {OPEN} >&-"
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr


def test_an_interruption_ends_with_130() -> None:
    started = subprocess.Popen(  # noqa: S603
        [*SEAWALL, "check", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Who starts the tests may have taken interruptions away from them.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    time.sleep(6)
    started.send_signal(signal.SIGINT)
    started.wait(timeout=30)
    _, err = started.communicate(timeout=30)
    assert started.returncode == 130
    assert err.strip() == "interrupted"


def test_colour_is_left_out_of_what_is_piped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["check", "-v", CONTOSO])
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err


def test_two_formats_are_written_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "answer.json"
    run(["check", "-o", "table", "-o", f"json={file}", OPEN])
    assert capsys.readouterr().out.startswith("aks-demo")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["schemaVersion"] == "seawall/check/v1"


def test_our_own_bug_says_so_and_shows_nothing_of_the_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> dict[str, dict[str, object]]:
        raise KeyError("a secret of the input")

    monkeypatch.setattr(main, "_configuration", broken)
    monkeypatch.delenv("SEAWALL_DEBUG", raising=False)
    assert run(["check", OPEN]) == 2
    err = capsys.readouterr().err
    assert "internal error: KeyError" in err
    assert "secret" not in err


def test_an_output_that_fails_late_is_no_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> dict[str, dict[str, object]]:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(main, "_configuration", full)
    monkeypatch.setattr(main, "_silence", lambda: None)
    assert run(["check", OPEN]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_audit_tells_the_findings_of_check_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    day = ["--as-of", "2026-09-01"]
    assert run(["check", CONTOSO, *day]) == 1
    whole = capsys.readouterr().out
    assert run(["audit", CONTOSO, *day]) == 1
    alone = capsys.readouterr().out
    assert alone.startswith("VALID ON AKS")
    assert alone.rstrip() in whole
    assert "INTENTS" in whole
    assert "INTENTS" not in alone
    assert run(["audit", CONTOSO, *day, "--fail-on", "never"]) == 0
    capsys.readouterr()
    assert run(["audit", CONTOSO, *day, "-o", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [it["rule"] for it in document["findings"]] == ["AKS203", "AKS204", "AKS501"]
    assert document["intents"] == []
