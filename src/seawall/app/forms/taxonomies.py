"""Frameworks of controls, as SARIF tells of taxonomies.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0:
taxonomies, reportingDescriptorRelationship, toolComponentReference.
"""

from collections.abc import Iterable

from seawall.app.forms.notice import Notice
from seawall.audit.controls import FRAMEWORKS, Control, Framework

Json = dict[str, object]


class Taxonomies:
    """The controls that some notices bear on, by framework."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self._held: dict[Framework, list[Control]] = {}
        every = {control for notice in notices for control in notice.controls}
        for framework in FRAMEWORKS:
            mine = [each for each in every if each.framework == framework]
            if mine:
                self._held[framework] = sorted(mine, key=lambda each: each.id)

    @property
    def components(self) -> Json:
        """What a run says of its taxonomies; nothing without any."""
        if not self._held:
            return {}
        return {
            "taxonomies": [
                {
                    "name": framework.name,
                    "version": framework.version,
                    "taxa": [
                        {"id": each.id, "shortDescription": {"text": each.title}}
                        for each in held
                    ],
                }
                for framework, held in self._held.items()
            ]
        }

    def relations(self, controls: Iterable[Control]) -> Json:
        """Return what a rule says of the controls that it bears on."""
        frameworks = list(self._held)
        found = [
            {
                "target": {
                    "id": each.id,
                    "index": self._held[each.framework].index(each),
                    "toolComponent": {
                        "name": each.framework.name,
                        "index": frameworks.index(each.framework),
                    },
                },
                "kinds": ["relevant"],
            }
            for each in controls
        ]
        return {"relationships": found} if found else {}
