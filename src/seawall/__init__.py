"""Seawall proves what can reach what in an Azure Kubernetes Service cluster."""

__version__ = "0.1.0"
