"""Settings of a cluster or a pool under the service's own names.

What decides a packet has a typed place in `model.cluster`. The rest is here: what makes
a combination valid, and what a person wants to see told. A name is the path of the
value in Azure Resource Manager, such as `networkProfile.networkPlugin`.
"""

from dataclasses import dataclass

from seawall.model.setting import Setting

Plain = str | bool | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What one resource says, by the service's names.

    Attributes:
        settings: Pairs of name and setting, in the order in which they are told.
    """

    settings: tuple[tuple[str, Setting[Plain]], ...] = ()

    def get(self, name: str) -> Setting[Plain]:
        """Return one setting; unknown if nothing looked for it."""
        for known, setting in self.settings:
            if known == name:
                return setting
        return Setting[Plain].unknown(f"`{name}` was not looked for")
