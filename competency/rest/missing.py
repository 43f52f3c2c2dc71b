"""Where there is no such address, the answer is a problem like any other."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from competency.programs.access import open_to_all


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    policy = open_to_all
    authentication_classes = ()
    http_method_names = ("get", "head", "post", "put", "patch", "delete")

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise Http404
