"""The configuration section of a plan: how attributes refer to each other."""

from collections.abc import Mapping

from seawall.ingest.terraform.instance import Json, Place

_EMPTY: Json = {}


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else _EMPTY


class Configuration:
    """Modules of the configuration, by the names that lead to them."""

    def __init__(self, plan: object) -> None:
        written = _mapping(_mapping(plan).get("configuration"))
        self._root = _mapping(written.get("root_module"))
        self._resources: dict[tuple[tuple[str, ...], str, str], Json] = {}
        self._modules: dict[tuple[str, ...], Json] = {}
        self._calls: dict[tuple[str, ...], Json] = {}
        if self._root:
            self._collect(self._root, ())

    def _collect(self, module: Json, path: tuple[str, ...]) -> None:
        self._modules[path] = module
        listed = module.get("resources")
        for item in listed if isinstance(listed, list) else []:
            resource = _mapping(item)
            key = (path, str(resource.get("type")), str(resource.get("name")))
            if resource.get("mode") != "data":
                self._resources[key] = resource
        for name, call in _mapping(module.get("module_calls")).items():
            inner = (*path, name)
            self._calls[inner] = _mapping(call)
            self._collect(_mapping(_mapping(call).get("module")), inner)

    def resource(self, place: Place, kind: str, label: str) -> Json | None:
        """Return how a resource is configured, or None."""
        return self._resources.get((names(place), kind, label))

    def argument(self, place: Place, variable: str) -> Json:
        """Return the expression that a module's caller gives for a variable."""
        call = self._calls.get(names(place), _EMPTY)
        return _mapping(_mapping(call.get("expressions")).get(variable))

    def each(self, place: Place) -> Json:
        """Return the expression that a module is copied by."""
        return _mapping(
            self._calls.get(names(place), _EMPTY).get("for_each_expression")
        )

    def output(self, place: Place, name: str) -> Json:
        """Return the expression of a module's output."""
        outputs = _mapping(self._modules.get(names(place), _EMPTY).get("outputs"))
        return _mapping(_mapping(outputs.get(name)).get("expression"))


def names(place: Place) -> tuple[str, ...]:
    """Return the names of the modules, without keys."""
    return tuple(name for name, _ in place.modules)
