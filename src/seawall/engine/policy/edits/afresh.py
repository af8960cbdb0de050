"""From a table to that of any other objects, where nothing compiled can be kept."""

from seawall.engine.policy.compile.compiled import Compiled
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.edits.room import room_for
from seawall.engine.policy.ends.frame import Frame
from seawall.engine.policy.rows.row import RowStore
from seawall.model.snapshot import KubernetesObjects


def both_compiled(
    index: Index, objects: KubernetesObjects
) -> tuple[Compiled, Compiled]:
    """Compile the objects of an index and others within one frame.

    Rows that are equal are one object.

    Complexity: that of two builds.
    """
    dataplane, question = index.dataplane, index.question
    room = room_for(objects.workloads) if index.roomy else None
    frame = Frame.of((index.objects, objects), dataplane, question, room)
    store = RowStore()
    before, after = (
        Compiled.of(Index.within(frame, each, dataplane, question), store)
        for each in (index.objects, objects)
    )
    return before, after
