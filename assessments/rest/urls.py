from django.urls import URLPattern, path, re_path, register_converter

from assessments.rest import (
    adjudications,
    appeals,
    assessments,
    assignments,
    attempts,
    cases,
    decisions,
    drafts,
    figures,
    followed,
    harm_readings,
    keys,
    late_answers,
    me,
    my_data,
    openings,
    opinions,
    practice,
    reported,
    results,
    retention,
    reviews,
    seats,
    sittings,
    trainees,
    vignettes,
    workload,
)
from competency.rest.converters import CodeConverter
from competency.rest.missing import NoSuchAddress
from competency.rest.versions import versioned

register_converter(CodeConverter, "code")
SUBMISSION = "attempts/<uuid:pk>/submissions/<int:position>/"

sitting = [
    path("attempts/", attempts.AttemptList.as_view(), name="api-attempts"),
    path("attempts/<uuid:pk>/", attempts.AttemptDetail.as_view(), name="api-attempt"),
    path("attempts/<uuid:pk>/start/", sittings.StartAttempt.as_view(), name="api-attempt-start"),
    path("attempts/<uuid:pk>/pause/", sittings.PauseAttempt.as_view(), name="api-attempt-pause"),
    path("attempts/<uuid:pk>/resume/", sittings.ResumeAttempt.as_view(), name="api-attempt-resume"),
    path("attempts/<uuid:pk>/hand-in/", sittings.HandIn.as_view(), name="api-attempt-hand-in"),
    path("attempts/<uuid:pk>/receipt/", sittings.Receipt.as_view(), name="api-attempt-receipt"),
    path("attempts/<uuid:pk>/results/", results.Results.as_view(), name="api-attempt-results"),
    path("attempts/<uuid:pk>/void/", attempts.VoidAttempt.as_view(), name="api-attempt-void"),
    path(
        "attempts/<uuid:pk>/release/", attempts.ReleaseResults.as_view(), name="api-attempt-release"
    ),
    path("attempts/<uuid:pk>/seats/", seats.SeatByHand.as_view(), name="api-attempt-seats"),
    path(
        "attempts/<uuid:pk>/license/", seats.LicenseReviewer.as_view(), name="api-attempt-license"
    ),
    path("attempts/<uuid:pk>/cases/", cases.OpenCase.as_view(), name="api-attempt-cases"),
    path("enrolments/<uuid:pk>/attempts/", assignments.AssignAttempt.as_view(), name="api-assign"),
    path("practice/", practice.Practice.as_view(), name="api-practice"),
    path("practice/save/", practice.SavePractice.as_view(), name="api-practice-save"),
    path("practice/finish/", practice.FinishPracticeStage.as_view(), name="api-practice-finish"),
    path("practice/again/", practice.PracticeAgain.as_view(), name="api-practice-again"),
    path(SUBMISSION, sittings.SubmissionDetail.as_view(), name="api-submission"),
    path(f"{SUBMISSION}answers/<code:item>/", sittings.SaveAnswer.as_view(), name="api-answer"),
    path(
        f"{SUBMISSION}stages/<code:stage>/commit/",
        sittings.CommitStage.as_view(),
        name="api-stage-commit",
    ),
]
running = [
    path("programs/<uuid:pk>/workload/", workload.Workload.as_view(), name="api-workload"),
    path(
        "programs/<uuid:pk>/workload/reviewers/",
        workload.ReviewerLoads.as_view(),
        name="api-workload-reviewers",
    ),
    path(
        "programs/<uuid:pk>/workload/hand-over/",
        workload.HandOverDesk.as_view(),
        name="api-workload-hand-over",
    ),
    path(
        "programs/<uuid:pk>/workload/reviews/",
        workload.OpenReviews.as_view(),
        name="api-workload-reviews",
    ),
    path("sittings/", followed.SittingList.as_view(), name="api-sittings"),
    path("sittings/<uuid:pk>/", followed.SittingDetail.as_view(), name="api-sitting"),
    path("sittings/<uuid:pk>/places/", followed.PlaceList.as_view(), name="api-sitting-places"),
    path("sittings/<uuid:pk>/extend/", followed.ExtendSitting.as_view(), name="api-sitting-extend"),
    path("sittings/<uuid:pk>/move/", followed.MoveSitting.as_view(), name="api-sitting-move"),
    path("sittings/<uuid:pk>/cancel/", followed.CancelSitting.as_view(), name="api-sitting-cancel"),
    path("sittings/<uuid:pk>/ask/", followed.AskAfter.as_view(), name="api-sitting-ask"),
    path(
        "attempts/<uuid:pk>/more-time/", followed.MoreTime.as_view(), name="api-attempt-more-time"
    ),
    path("cohorts/<uuid:pk>/sittings/", openings.OpenSitting.as_view(), name="api-open-sitting"),
    path(
        "cohorts/<uuid:pk>/sittings/preview/",
        openings.PreviewSitting.as_view(),
        name="api-preview-sitting",
    ),
]
judging = [
    path("reviews/", reviews.ReviewList.as_view(), name="api-reviews"),
    path("reviews/<uuid:pk>/", reviews.ReviewDetail.as_view(), name="api-review"),
    path("reviews/<uuid:pk>/start/", reviews.StartReview.as_view(), name="api-review-start"),
    path(
        "reviews/<uuid:pk>/complete/", reviews.CompleteReview.as_view(), name="api-review-complete"
    ),
    path("reviews/<uuid:pk>/recuse/", reviews.RecuseReview.as_view(), name="api-review-recuse"),
    path("reviews/<uuid:pk>/draft/", drafts.ReviewDraft.as_view(), name="api-review-draft"),
    path("review-comments/", drafts.CommentList.as_view(), name="api-review-comments"),
    path("review-comments/<uuid:pk>/", drafts.ForgetComment.as_view(), name="api-review-comment"),
    path("review-record/", drafts.ReviewRecord.as_view(), name="api-review-record"),
    path("reviews/<uuid:pk>/concern/", cases.ReportConcern.as_view(), name="api-review-concern"),
    path("adjudications/", adjudications.AdjudicationList.as_view(), name="api-adjudications"),
    path(
        "adjudications/<uuid:pk>/",
        adjudications.AdjudicationDetail.as_view(),
        name="api-adjudication",
    ),
    path(
        "adjudications/<uuid:pk>/settle/",
        adjudications.SettleAdjudication.as_view(),
        name="api-adjudication-settle",
    ),
    path("harm-readings/", harm_readings.HarmReadingList.as_view(), name="api-harm-readings"),
    path(
        "harm-readings/<uuid:pk>/",
        harm_readings.HarmReadingDetail.as_view(),
        name="api-harm-reading",
    ),
    path(
        "harm-readings/<uuid:pk>/judge/",
        harm_readings.GiveReading.as_view(),
        name="api-harm-reading-judge",
    ),
]
deciding = [
    path("opinions/", opinions.OpinionList.as_view(), name="api-opinions"),
    path("opinions/<uuid:pk>/", opinions.OpinionDetail.as_view(), name="api-opinion"),
    path("opinions/<uuid:pk>/give/", opinions.GiveOpinion.as_view(), name="api-opinion-give"),
    path("cases/", cases.CaseList.as_view(), name="api-cases"),
    path("cases/<uuid:pk>/", cases.CaseDetail.as_view(), name="api-case"),
    path("cases/<uuid:pk>/close/", cases.CloseCase.as_view(), name="api-case-close"),
    path("late-answers/", late_answers.LateAnswerList.as_view(), name="api-late-answers"),
    path(
        "late-answers/<uuid:pk>/", late_answers.LateAnswerDetail.as_view(), name="api-late-answer"
    ),
    path(
        "late-answers/<uuid:pk>/rule/",
        late_answers.RuleOnLateAnswer.as_view(),
        name="api-late-answer-rule",
    ),
    path("decisions/", decisions.DecisionList.as_view(), name="api-decisions"),
    path("decisions/ratify/", decisions.RatifyBatch.as_view(), name="api-ratify-batch"),
    path("decisions/<uuid:pk>/", decisions.DecisionDetail.as_view(), name="api-decision"),
    path(
        "decisions/<uuid:pk>/ratify/",
        decisions.RatifyDecision.as_view(),
        name="api-decision-ratify",
    ),
    path(
        "decisions/<uuid:pk>/return/",
        decisions.ReturnDecision.as_view(),
        name="api-decision-return",
    ),
]
rights = [
    path("me/data/", my_data.TakeOut.as_view(), name="api-my-data"),
    path("retention/", retention.Retention.as_view(), name="api-retention"),
    path("me/erase/", my_data.EraseMe.as_view(), name="api-erase-me"),
    path("attempts/<uuid:pk>/appeal/", appeals.LodgeAppeal.as_view(), name="api-attempt-appeal"),
    path("appeals/", appeals.AppealList.as_view(), name="api-appeals"),
    path("appeals/<uuid:pk>/", appeals.AppealDetail.as_view(), name="api-appeal"),
    path(
        "appeals/<uuid:pk>/withdraw/",
        appeals.WithdrawAppeal.as_view(),
        name="api-appeal-withdraw",
    ),
    path("appeals/<uuid:pk>/take-up/", appeals.TakeUpAppeal.as_view(), name="api-appeal-take-up"),
    path("appeals/<uuid:pk>/decide/", appeals.DecideAppeal.as_view(), name="api-appeal-decide"),
]
seeing = [
    path(
        "cohorts/<uuid:pk>/dashboard/",
        figures.CohortDashboard.as_view(),
        name="api-cohort-dashboard",
    ),
    path(
        "cohorts/<uuid:pk>/standings/",
        figures.CohortStandings.as_view(),
        name="api-cohort-standings",
    ),
    path("cohorts/<uuid:pk>/levels/", figures.CohortLevels.as_view(), name="api-cohort-levels"),
    path("cohorts/<uuid:pk>/report/", reported.CohortReport.as_view(), name="api-cohort-report"),
    path(
        "assessments/<uuid:pk>/technical-report/",
        reported.TechnicalReport.as_view(),
        name="api-assessment-technical-report",
    ),
    path("programs/compared/", reported.ComparedPrograms.as_view(), name="api-compared-programs"),
    path("trainees/<uuid:pk>/", trainees.TraineeDetail.as_view(), name="api-trainee"),
]
urlpatterns: list[URLPattern] = [
    path("me/", me.Me.as_view(), name="api-me"),
    *rights,
    *versioned("vignette", vignettes),
    *versioned("key", keys),
    *versioned("assessment", assessments),
    *sitting,
    *running,
    *judging,
    *deciding,
    *seeing,
    # Last of the whole interface: what no address above has taken.
    re_path(r"^", NoSuchAddress.as_view(), name="api-no-such-address"),
]
