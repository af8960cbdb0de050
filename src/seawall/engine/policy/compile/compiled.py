"""What a table answers from: an index, and what was compiled over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from seawall.engine.policy.compile.compiler import Compiler
from seawall.engine.policy.compile.faces import Faces
from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.compile.holding import Holding
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.near import Near
from seawall.engine.policy.compile.seats import Seating
from seawall.engine.policy.rows.bits import indices
from seawall.engine.policy.rows.row import Row, RowStore
from seawall.model.policy import BlockPeer, Direction


@dataclass(frozen=True)
class Compiled:
    """An index and the rows of its units.

    Attributes:
        index: The index.
        compiler: What made the rows.
        grips: For each direction, what holds each unit.
        rows: For each direction, what each unit may exchange.
        near: What passes between pods and their own nodes.
        seating: Where policies stand.
    """

    index: Index
    compiler: Compiler
    grips: dict[Direction, list[Grip]]
    rows: dict[Direction, list[Row]]
    near: Near
    seating: Seating

    @cached_property
    def faces(self) -> dict[Direction, Faces]:
        """The distinct rows of each direction.

        Complexity: the columns of every distinct row, once; an edit carries on what was
        found before.
        """
        columns = self.index.columns
        return {
            direction: Faces(rows, self.compiler.open_row, columns)
            for direction, rows in self.rows.items()
        }

    @cached_property
    def among_nodes(self) -> Compiler:
        """A compiler to which every place of nodes is a node's."""
        return Compiler(self.index.among_nodes())

    def own_node_row(self, unit: int) -> Row:
        """Return what a unit may send, every place of nodes taken as a node's."""
        grip = self.grips[Direction.EGRESS][unit]
        plain = grip.without is None and not grip.is_ordered
        if plain and not any(self._minds_nodes(at) for at in grip.policies):
            return self.rows[Direction.EGRESS][unit]
        return self.among_nodes.own_node_row(unit, grip)

    def _minds_nodes(self, at: int) -> bool:
        """Whether it counts for egress rules of a NetworkPolicy what is a node's.

        It does for blocks alone, and for those that hold no place of nodes it does not.
        """
        known = self._minding.get(at)
        if known is None:
            known = self._minding[at] = any(
                self._is_of_nodes(peer)
                for rule in self.index.policies[at].egress
                for peer in rule.peers or ()
                if isinstance(peer, BlockPeer)
            )
        return known

    def _is_of_nodes(self, block: BlockPeer) -> bool:
        """Whether it counts what is a node's for what a block matches."""
        plain, among = self.index.peers, self.among_nodes.index.peers
        return plain.matching("", (block,)) != among.matching("", (block,))

    @cached_property
    def _minding(self) -> dict[int, bool]:
        return {}

    def forget_rules(self) -> None:
        """Keep nothing of the rules of ranked policies: some are to come no more."""
        self.index.rules.forget()
        known = self.__dict__.get("among_nodes")
        if known is not None:
            known.index.rules.forget()

    def carry_on(
        self,
        before: "Compiled",
        touched: Mapping[Direction, int],
        gone: Sequence[int],
    ) -> None:
        """Take over what was found before.

        Args:
            before: What was before.
            touched: For each direction, the units whose rows may be others.
            gone: Positions of NetworkPolicies that are gone.
        """
        known = before.__dict__.get("among_nodes")
        if known is not None:
            other = known.index
            among = replace(self.index, peers=other.peers, rules=other.rules)
            self.__dict__["among_nodes"] = known.over(among, gone)
        self.__dict__["faces"] = {
            direction: faces.after(
                (unit, before.rows[direction][unit], self.rows[direction][unit])
                for unit in indices(touched[direction])
            )
            for direction, faces in before.faces.items()
        }

    @classmethod
    def of(cls, index: Index, store: RowStore | None = None) -> "Compiled":
        """Compile everything.

        Args:
            index: The index.
            store: What makes rows, where others make theirs by it too.

        Complexity: distinct label sets times the rules that hold each.
        """
        compiler = Compiler(index, store)
        holding = Holding(index)
        found = {direction: holding.grips(direction) for direction in Direction}
        rows = {
            direction: [
                compiler.row(unit, grip, direction) for unit, grip in enumerate(held)
            ]
            for direction, held in found.items()
        }
        near = Near(index, compiler.open)
        return cls(index, compiler, found, rows, near, Seating.of(index))
