"""The policy layer for packets of which more is known than their addresses tell."""

from dataclasses import replace

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.compiled import Compiled
from seawall.model.dataplane import Tri


def unfreed(table: PolicyTable) -> PolicyTable:
    """Return a table without what only takes policies away; units and atoms stay.

    Source:
        docs/semantics/path.md, M11.
    """
    index = table.index
    kept = tuple(each for each in index.opaque if not each.by_gateway)
    if len(kept) == len(index.opaque):
        return table
    if "unfreed" not in table.kept:
        compiled = Compiled.of(replace(index, opaque=kept))
        table.kept["unfreed"] = PolicyTable(compiled)
    found: PolicyTable = table.kept["unfreed"]
    return found


def among_nodes(table: PolicyTable) -> PolicyTable:
    """Return a table to which an address that may be a node's is one.

    Source:
        docs/semantics/engines.md, D2 and D17.
    """
    index = table.index
    if index.dataplane.block_matches_nodes is Tri.YES:
        return table
    if "among nodes" not in table.kept:
        table.kept["among nodes"] = PolicyTable(Compiled.of(index.among_nodes()))
    found: PolicyTable = table.kept["among nodes"]
    return found
