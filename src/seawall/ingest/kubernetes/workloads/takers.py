"""Who takes pods that need not be read one by one, from a dump or a long stream."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.dump import is_dump
from seawall.ingest.kubernetes.terms.record import Record, records_of
from seawall.ingest.kubernetes.workloads.pod import PodReader
from seawall.ingest.text.yaml_alike import Filled

if TYPE_CHECKING:  # decision 0007
    from seawall.ingest.kubernetes.terms.dump import Take
    from seawall.ingest.kubernetes.workloads.twins import Twins
    from seawall.ingest.kubernetes.workloads.written_alike import WrittenAlike


class Takers:
    """Takes pods as a reader would read them."""

    __slots__ = ("_alike", "_pods", "_twins")

    def __init__(self, pods: PodReader) -> None:
        """Take pods in the place of a reader."""
        self._pods = pods
        self._twins: Twins | None = None
        self._alike: WrittenAlike | None = None

    def untaken(self, document: ReadDocument) -> Iterable[Record]:
        """Return the objects of a document that must be read one by one.

        Documents come in turn. Pods that are written like others are taken at once.
        """
        if self._takes(document):
            return ()
        return records_of(document, self._take_of(document))

    def _takes(self, document: ReadDocument) -> bool:
        """Take the pod of a document that need not be put together, if it is one."""
        if self._alike is None:
            if not isinstance(document.content, Filled):
                return False
            from seawall.ingest.kubernetes.workloads.written_alike import (  # noqa: PLC0415
                WrittenAlike,
            )

            self._alike = WrittenAlike(self._pods)
        return self._alike.take(document)

    def _take_of(self, document: ReadDocument) -> "Take | None":
        """Return what takes pods that need not be read one by one, if anything does."""
        # A document that is put together late is no dump.
        dump = document.doubt is None and is_dump(document.content)
        if dump and self._twins is None:
            from seawall.ingest.kubernetes.workloads.twins import Twins  # noqa: PLC0415

            self._twins = Twins(self._pods)
        if self._twins is None:
            return None
        self._twins.open(document.origin)
        return self._twins.take if dump else None
