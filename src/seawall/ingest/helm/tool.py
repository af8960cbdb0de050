"""Runs `helm template`: the only program that reading starts without being asked."""

import os
import shutil
import subprocess
from dataclasses import dataclass

_SECONDS = 60.0
_WORDS = 300


@dataclass(frozen=True, slots=True)
class ChartOutput:
    """What `helm` made of a chart.

    Attributes:
        text: A stream of YAML documents; empty if it failed.
        failure: Its own words if it failed, or why there are none; None otherwise.
    """

    text: str
    failure: str | None = None


def find_helm() -> str | None:
    """Return where `helm` is installed, or None."""
    return shutil.which("helm")


def run_template(helm: str, folder: str, name: str, namespace: str) -> ChartOutput:
    """Render a chart with its own values; no network, no plugins, no cluster.

    Args:
        helm: The program.
        folder: The chart's folder.
        name: The name of the release.
        namespace: The namespace of the release.

    Source:
        Helm docs, "helm template": rendered locally, nothing is validated against a
        cluster; dependencies must stand in `charts/`.
    """
    command = [helm, "template", name, os.path.realpath(folder)]
    command += ["--namespace", namespace, "--skip-tests"]
    environment = {**os.environ, "HELM_NO_PLUGINS": "1", "KUBECONFIG": os.devnull}
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command; the chart is a folder)
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ChartOutput("", f"it had not ended after {_SECONDS:.0f} seconds")
    except OSError as error:
        return ChartOutput("", error.strerror or str(error))
    if done.returncode:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())
        return ChartOutput("", words[:_WORDS] or f"it ended with {done.returncode}")
    return ChartOutput(done.stdout.decode("utf-8", "replace"))
