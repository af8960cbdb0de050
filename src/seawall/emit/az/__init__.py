"""Deployments as a script of commands for az.

A command is a value: its words, and the ARM body that it stands for. `kinds` has a
table a type; what no command of az's core has flags for is written whole by
`az resource create`, in ARM's own words.
"""

from seawall.emit.az.commands import commands
from seawall.emit.az.script import az_script
from seawall.emit.az.told import told

__all__ = ["az_script", "commands", "told"]
