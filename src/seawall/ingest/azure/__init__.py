"""Azure resources, from every tool that writes them down, to the model.

Every envelope becomes `ResourceRecord`s in one shape; one module for each family of
resources says what they mean. `claims` and `convert` are the way in.
"""

from seawall.ingest.azure.convert import Choices, claims, convert

__all__ = ["Choices", "claims", "convert"]
