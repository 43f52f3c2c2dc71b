from django.urls import URLPattern, path

from competency.web import (
    accounts,
    certificates,
    content,
    credentials,
    doors,
    integrity,
    invitations,
    notifications,
    parking,
    preferences,
    reports,
)

urlpatterns: list[URLPattern] = [
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    # The names under which django-allauth looks for the same doors.
    path("sign-in", accounts.sign_in, name="account_login"),
    path("sign-out", accounts.sign_out, name="account_logout"),
    *doors.urlpatterns,
    path("theme", accounts.choose_theme, name="theme"),
    path("join/<str:token>", invitations.invitation, name="invitation"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/read", notifications.read_all, name="notifications-read"),
    path("notifications/choices", notifications.choices, name="notification-choices"),
    path("notifications/<uuid:pk>", notifications.notification, name="notification"),
    path("preferences", preferences.preferences, name="preferences"),
    path("program", preferences.choose_program, name="choose-program"),
    path("v", certificates.check, name="certificate-check"),
    path("v/<str:code>", certificates.certificate, name="certificate"),
    path("issuers/<slug:path>/did.json", credentials.did_document, name="did-document"),
    path("status/<uuid:pk>", credentials.status_list, name="status-list"),
    path("credentials/<uuid:pk>", credentials.credential, name="credential"),
    path("achievements/<uuid:pk>", credentials.achievement, name="achievement"),
    path(
        "achievements/<uuid:pk>.json", credentials.achievement_document, name="achievement-document"
    ),
    path("content/frameworks/<uuid:pk>", content.framework, name="framework"),
    path("content/rubrics/<uuid:pk>", content.rubric, name="rubric"),
    path("content/scope-profiles/<uuid:pk>", content.scope_profile, name="scope-profile"),
    path("content/standards/<uuid:pk>", content.standard, name="standard"),
    path("audit", integrity.audit, name="audit"),
    path("audit/check", integrity.ask_for_every_chain, name="ask-for-every-chain"),
    path("audit/<uuid:pk>/check", integrity.ask, name="ask-for-check"),
    path("audit/checks/<uuid:pk>", integrity.check, name="integrity-check"),
    path("parked", parking.parked, name="parked"),
    path("parked/<uuid:pk>", parking.mishap, name="mishap"),
    path("parked/<uuid:pk>/release", parking.release, name="release-mishap"),
    path("reports", reports.reports, name="reports"),
    path("reports/<uuid:pk>/credentials.csv", reports.credential_report, name="credential-report"),
]
