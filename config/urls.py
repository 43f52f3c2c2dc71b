from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.authtoken.models import TokenProxy

from competency.rest.description import DescriptionView
from config.metrics.view import metrics
from config.observability import healthz, readyz

# Its pages show tokens in full; tokens are drawn and revoked through the interface alone.
admin.site.unregister(TokenProxy)

api = [
    path("", include("competency.rest.urls")),
    path("", include("assessments.rest.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    path("api/schema/", DescriptionView.as_view(), name="api-schema"),
    path(
        "api/docs/",
        # The split view serves its script as a file: the policy allows no inline script.
        login_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")),
        name="api-docs",
    ),
    path("", include("competency.web.urls")),
    path("", include("assessments.web.urls")),
]

handler400 = "competency.web.errors.bad_request"
