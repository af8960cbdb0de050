"""Kubernetes objects: what was written, and what it means."""

from seawall.ingest.kubernetes.convert import convert, doubted
from seawall.ingest.kubernetes.part import KubernetesPart
from seawall.ingest.kubernetes.terms.record import is_kubernetes as claims
from seawall.ingest.kubernetes.unread.ordered import carried
from seawall.ingest.kubernetes.unread.unrendered import Template

__all__ = [
    "KubernetesPart",
    "Template",
    "carried",
    "claims",
    "convert",
    "doubted",
]
