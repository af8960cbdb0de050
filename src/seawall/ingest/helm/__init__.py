"""Helm charts: rendered by `helm` where it is installed, and left alone elsewhere.

A chart is a program in a template language; only its own interpreter knows what it
makes. Nothing is downloaded.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

__all__ = ["is_chart"]


def is_chart(paths: Iterable[str]) -> bool:
    """Whether one of some files names a chart."""
    return any(posixpath.basename(path) == "Chart.yaml" for path in paths)
