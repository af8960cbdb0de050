"""Runs `helm template`: the only program that reading starts without being asked."""

import os
import shutil
from dataclasses import dataclass

from seawall.ingest.program import run

_SECONDS = 60.0


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
    done = run(command, _SECONDS, environment)
    if done.failure:
        return ChartOutput("", done.failure)
    return ChartOutput(done.output.decode("utf-8", "replace"))
