"""Exposure: what pods and namespaces that do not exist yet could do."""
