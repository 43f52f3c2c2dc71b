"""The REST interface and its OpenAPI description."""

from typing import Any

API_TOKEN_DAYS = 90

REST_FRAMEWORK: dict[str, Any] = {
    # The first names the challenge of a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "competency.rest.access.LastingToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["competency.rest.access.StatedPolicy"],
    "DEFAULT_PARSER_CLASSES": ["competency.rest.parsing.CleanJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "competency.rest.pagination.CreatedCursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "competency.rest.schema.StatedSchema",
    "EXCEPTION_HANDLER": "competency.rest.errors.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": "60/minute",
        "user": "600/minute",
        "register": "30/minute",
        "sign-in": "10/minute",
        "sign-in-account": "30/hour",
    },
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Credence",
    "DESCRIPTION": "Vignettes, blind review, evidence, decisions and certificates.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {
        "code": {
            "type": "string",
            "minLength": 1,
            "maxLength": 60,
            "pattern": "^[^/\\x00-\\x1f\\x7f]+$",
        },
    },
    "ENUM_NAME_OVERRIDES": {
        "AppealState": "competency.appeals.states.AppealState",
        "AttemptState": "assessments.attempts.states.AttemptState",
        "CaseKind": "competency.cases.models.Case.Kind",
        "CertificateState": "competency.certificates.states.CertificateState",
        "CohortState": "competency.programs.states.CohortState",
        "DecisionState": "competency.decisions.states.DecisionState",
        "HoursKind": "competency.hours.models.HoursEntry.Kind",
        "HoursState": "competency.hours.states.HoursState",
        "DeliveryState": "competency.webhooks.states.DeliveryState",
        "WebhookEvent": "competency.webhooks.models.Event",
        "Marking": "assessments.attempts.states.Marking",
        "NotificationKind": "competency.notifications.kinds.Kind",
        "Outcome": "competency.decisions.states.Outcome",
        "TraineeStanding": "assessments.figures.standings.Standing",
        "PlaceState": "competency.programs.states.PlaceState",
        "PanelOutcome": "assessments.rest.opinions.SAID",
        "Referral": "competency.decisions.states.Referral",
        "ReportState": "competency.reports.states.ReportState",
        "ReviewState": "assessments.reviews.states.ReviewState",
        "Role": "competency.programs.roles.Role",
        "RosterKind": "competency.rosters.models.Roster.Kind",
        "RosterState": "competency.rosters.states.RosterState",
        "SittingMode": "competency.decisions.models.SittingMode",
        "SittingState": "assessments.sittings.states.SittingState",
        "VersionState": "competency.frameworks.states.VersionState",
    },
}
