from django.urls import URLPattern, path

from competency.rest import (
    audit,
    certificates,
    cohorts,
    complaints,
    enrolments,
    frameworks,
    integrity,
    invitations,
    issuing,
    memberships,
    notifications,
    parking,
    privacy,
    programs,
    register,
    reports,
    rubrics,
    scope_profiles,
    standards,
    tokens,
)
from competency.rest.versions import versioned

urlpatterns: list[URLPattern] = [
    path("tokens/", tokens.ObtainToken.as_view(), name="api-tokens"),
    path("tokens/current/", tokens.EndToken.as_view(), name="api-token"),
    path("programs/", programs.ProgramList.as_view(), name="api-programs"),
    path("programs/<uuid:pk>/", programs.ProgramDetail.as_view(), name="api-program"),
    path("programs/<uuid:pk>/cohorts/", cohorts.CohortList.as_view(), name="api-cohorts"),
    path(
        "programs/<uuid:pk>/memberships/",
        memberships.MembershipList.as_view(),
        name="api-memberships",
    ),
    path(
        "programs/<uuid:pk>/invitations/",
        invitations.InvitationList.as_view(),
        name="api-invitations",
    ),
    path(
        "invitations/<uuid:pk>/",
        invitations.InvitationDetail.as_view(),
        name="api-invitation",
    ),
    path(
        "invitations/<uuid:pk>/withdraw/",
        invitations.WithdrawInvitation.as_view(),
        name="api-invitation-withdraw",
    ),
    path(
        "programs/<uuid:pk>/credential-report/",
        reports.CredentialReport.as_view(),
        name="api-credential-report",
    ),
    path("cohorts/<uuid:pk>/", cohorts.CohortDetail.as_view(), name="api-cohort"),
    path(
        "cohorts/<uuid:pk>/enrolments/", enrolments.EnrolmentList.as_view(), name="api-enrolments"
    ),
    path("enrolments/<uuid:pk>/", enrolments.EnrolmentDetail.as_view(), name="api-enrolment"),
    path("memberships/<uuid:pk>/", memberships.MembershipDetail.as_view(), name="api-membership"),
    path("memberships/<uuid:pk>/end/", memberships.EndRole.as_view(), name="api-membership-end"),
    *versioned("framework", frameworks),
    *versioned("rubric", rubrics),
    *versioned("scope-profile", scope_profiles),
    *versioned("standard", standards),
    path("notifications/", notifications.NotificationList.as_view(), name="api-notifications"),
    path(
        "notifications/<uuid:pk>/",
        notifications.NotificationDetail.as_view(),
        name="api-notification",
    ),
    path(
        "notifications/<uuid:pk>/read/",
        notifications.ReadNotification.as_view(),
        name="api-notification-read",
    ),
    path(
        "notification-choices/",
        notifications.Choices.as_view(),
        name="api-notification-choices",
    ),
    path("certificates/", certificates.CertificateList.as_view(), name="api-certificates"),
    path(
        "certificates/<uuid:pk>/", certificates.CertificateDetail.as_view(), name="api-certificate"
    ),
    path(
        "certificates/<uuid:pk>/credential/",
        issuing.SignedCredential.as_view(),
        name="api-certificate-credential",
    ),
    path(
        "programs/<uuid:pk>/issuing-runs/",
        issuing.StartIssuingRun.as_view(),
        name="api-start-issuing",
    ),
    path("issuing-runs/<uuid:pk>/", issuing.IssuingRunDetail.as_view(), name="api-issuing-run"),
    path(
        "issuing-runs/<uuid:pk>/stop/",
        issuing.StopIssuingRun.as_view(),
        name="api-issuing-run-stop",
    ),
    path(
        "issuing-runs/<uuid:pk>/resume/",
        issuing.ResumeIssuingRun.as_view(),
        name="api-issuing-run-resume",
    ),
    path(
        "certificates/<uuid:pk>/suspend/",
        certificates.SuspendCertificate.as_view(),
        name="api-certificate-suspend",
    ),
    path(
        "certificates/<uuid:pk>/reinstate/",
        certificates.ReinstateCertificate.as_view(),
        name="api-certificate-reinstate",
    ),
    path(
        "certificates/<uuid:pk>/revoke/",
        certificates.RevokeCertificate.as_view(),
        name="api-certificate-revoke",
    ),
    path("notices/", privacy.NoticeList.as_view(), name="api-notices"),
    path("consents/", privacy.ConsentList.as_view(), name="api-consents"),
    path("consents/withdraw/", privacy.WithdrawConsent.as_view(), name="api-consent-withdraw"),
    path(
        "programs/<uuid:pk>/complaints/",
        complaints.LodgeComplaint.as_view(),
        name="api-complain",
    ),
    path("complaints/", complaints.ComplaintList.as_view(), name="api-complaints"),
    path("complaints/<uuid:pk>/", complaints.ComplaintDetail.as_view(), name="api-complaint"),
    path(
        "complaints/<uuid:pk>/answer/",
        complaints.AnswerComplaint.as_view(),
        name="api-complaint-answer",
    ),
    path("register/<str:code>/", register.CheckCode.as_view(), name="api-register"),
    path("programs/<uuid:pk>/audit-chain/", integrity.Chain.as_view(), name="api-audit-chain"),
    path(
        "programs/<uuid:pk>/integrity-checks/",
        integrity.IntegrityCheckList.as_view(),
        name="api-integrity-checks",
    ),
    path(
        "integrity-checks/<uuid:pk>/",
        integrity.IntegrityCheckDetail.as_view(),
        name="api-integrity-check",
    ),
    path("parked/", parking.ParkedList.as_view(), name="api-parked"),
    path("parked/<uuid:pk>/", parking.ParkedDetail.as_view(), name="api-parked-one"),
    path("parked/<uuid:pk>/release/", parking.ReleaseParked.as_view(), name="api-parked-release"),
    path("audit-events/", audit.AuditEventList.as_view(), name="api-audit-events"),
    path("audit-events/<int:pk>/", audit.AuditEventDetail.as_view(), name="api-audit-event"),
]
