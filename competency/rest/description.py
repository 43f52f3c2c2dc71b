"""The interface's description as it is served."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView


@cache
def described() -> dict[str, Any]:
    """The same for everyone who may read it, and seconds of work: made once by each process."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


class Described(SchemaGenerator):
    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return described()


class DescriptionView(SpectacularAPIView):
    generator_class = Described
