"""Reads NetworkSets and GlobalNetworkSets: addresses with labels."""

import json
from collections import defaultdict
from collections.abc import Iterable

from seawall.ingest.kubernetes.calico.context import DoubtfulSet
from seawall.ingest.kubernetes.calico.entity import read_address_or_cidr
from seawall.ingest.kubernetes.calico.text import RAW, Found
from seawall.ingest.kubernetes.calico.tier import TOP
from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.network_policy.policy import repeated_key
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.ingest.kubernetes.terms.label import (
    read_labels,
    refuse_unknown_fields,
    wrong_type,
)
from seawall.ingest.kubernetes.terms.record import Record, mapping
from seawall.ingest.kubernetes.workloads.shape import read_annotations
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic
from seawall.model.origin import Pointer
from seawall.model.ranked import NetworkSet

_METADATA = "projectcalico.org/metadata"
_NAMESPACE = "projectcalico.org/namespace"
Pairs = tuple[tuple[str, str], ...]


class Sets:
    """The network sets of the input.

    Attributes:
        certain: Those that are what they seem.
        doubtful: What the others may hold.
        diagnostics: What is wrong with them.
    """

    def __init__(self, objects: Iterable[Placed]) -> None:
        """Read every set; those that differ under one name are in doubt."""
        self.certain: list[NetworkSet] = []
        self.doubtful: list[DoubtfulSet] = []
        self.diagnostics: list[Diagnostic] = []
        by_name: dict[tuple[str, str | None, str], list[Placed]] = defaultdict(list)
        for item in objects:
            record = item.record
            by_name[record.kind, item.namespace, record.name].append(item)
        for items in by_name.values():
            self._add(items)

    def _add(self, items: list[Placed]) -> None:
        first = items[0]
        label = f"{first.record.kind} `{first.record.name}`"
        read = []
        for item in items:
            network_set, faults = self._read(item)
            if faults:
                why = f"{label}: {faults[0].what}"
                self.doubtful.append(DoubtfulSet(item.namespace, None, why))
            else:
                read.append(network_set)
        if len(read) < len(items):
            return
        if len({(item.labels, item.ranges) for item in read}) == 1:
            self.certain.append(read[0])
            return
        ranges = tuple(sorted({each for item in read for each in item.ranges}))
        why = f"{label} stands more than once, with other content"
        self.doubtful.append(DoubtfulSet(first.namespace, ranges, why))

    def _read(self, item: Placed) -> tuple[NetworkSet, list[Fault]]:
        """Return a set as far as it can be read, and what is wrong with it.

        Source:
            projectcalico/calico api/pkg/apis/projectcalico/v3, NetworkSetSpec;
            libcalico-go/lib/validator/v3, validateNetworkSet.
        """
        record, found = item.record, Found()
        faults = found.faults
        faults.extend(version_faults(record))
        faults.extend(repeated_key(place) for place in record.repeated)
        refuse_unknown_fields(dict(record.body), TOP, (), faults)
        spec = record.body.get("spec")
        if spec is not None and not isinstance(spec, dict):
            faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
        fields = spec if isinstance(spec, dict) else {}
        refuse_unknown_fields(fields, frozenset({"nets"}), ("spec",), faults)
        labels = read_own_labels(record, found)
        ranges = read_addresses(fields.get("nets"), ("spec", "nets"), found)
        self.diagnostics.extend(found.told(record.origin))
        network_set = NetworkSet(
            item.namespace, record.name, labels, ranges, record.origin
        )
        return network_set, faults


def read_own_labels(record: Record, found: Found) -> Pairs:
    """Return the labels of an object, those kept beside it in its stored form too.

    Source:
        projectcalico/calico libcalico-go/lib/backend/k8s/resources, the annotation
        `projectcalico.org/metadata`; lib/validator/v3, validateNetworkSet.
    """
    place: Pointer = ("metadata", "labels")
    written: object = record.metadata.get("labels")
    kept = dict(read_annotations(record.metadata)).get(_METADATA)
    if record.group == RAW and kept is not None:
        place = ("metadata", "annotations", _METADATA)
        try:
            written = mapping(json.loads(kept)).get("labels")
        except (ValueError, RecursionError):
            found.faults.append(wrong_type(place, _METADATA, kept, "JSON"))
    read = read_labels(written, place)
    found.faults.extend(read.faults)
    if _NAMESPACE in read.known:
        found.faults.append(
            Fault(
                (*place, _NAMESPACE),
                f"label `{_NAMESPACE}`",
                "Calico sets it itself, and the API server refuses it",
                "remove the label",
            )
        )
    return tuple(sorted(read.known.items()))


def read_addresses(
    value: object, pointer: Pointer, found: Found
) -> tuple[AddressRange, ...]:
    """Return the addresses of a list of CIDRs and single addresses."""
    if value is None:
        return ()
    if not isinstance(value, list):
        found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "a list"))
        return ()
    read = (
        read_address_or_cidr(item, (*pointer, at), found)
        for at, item in enumerate(value)
    )
    return tuple(sorted({item for item in read if item is not None}))
