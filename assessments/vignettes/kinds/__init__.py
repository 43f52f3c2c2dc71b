"""One module per kind of item. A new module here is a new kind: nothing else lists them."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from assessments.vignettes.kinds.base import ItemKind


def _discover() -> dict[str, ItemKind]:
    found: dict[str, ItemKind] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        for member in members:
            if inspect.isclass(member) and issubclass(member, ItemKind):
                if member.__module__ == module.name and not inspect.isabstract(member):
                    found[member.code] = member()
    return dict(sorted(found.items()))


KINDS: Mapping[str, ItemKind] = MappingProxyType(_discover())
