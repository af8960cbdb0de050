"""The policy layer for packets of which it is known that nothing frees them.

Source: docs/semantics/path.md, M11.
"""

from dataclasses import replace

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.compiled import Compiled

_KEY = "unfreed"


def unfreed(table: PolicyTable) -> PolicyTable:
    """Return a table without what only takes policies away; units and atoms stay."""
    index = table.index
    kept = tuple(each for each in index.opaque if not each.by_gateway)
    if len(kept) == len(index.opaque):
        return table
    if _KEY not in table.kept:
        compiled = Compiled.of(replace(index, opaque=kept))
        table.kept[_KEY] = PolicyTable(compiled)
    found: PolicyTable = table.kept[_KEY]
    return found
