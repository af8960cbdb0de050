"""Kubernetes objects: what was written, and what it means."""

from seawall.ingest.kubernetes.convert import KubernetesPart, convert, doubted
from seawall.ingest.kubernetes.record import is_kubernetes as claims
from seawall.ingest.kubernetes.unrendered import Template

__all__ = ["KubernetesPart", "Template", "claims", "convert", "doubted"]
