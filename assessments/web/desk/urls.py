"""The supervisor's pages: the queue, the desk, disputes and flagged passages."""

from django.urls import URLPattern, path

from assessments.web.desk import page, queue, referring, saving, settling

urlpatterns: list[URLPattern] = [
    path("reviews", queue.reviews, name="reviews"),
    path("reviews/next", queue.following, name="next-review"),
    path("reviews/record", queue.record, name="review-record"),
    path("reviews/keys", queue.choose_keys, name="desk-keys"),
    path("reviews/comments", queue.keep_comment, name="keep-comment"),
    path("reviews/comments/<uuid:pk>/forget", queue.forget_comment, name="forget-comment"),
    path("reviews/<uuid:pk>", page.review, name="review"),
    path("reviews/<uuid:pk>/draft", page.save_review, name="save-review"),
    path("reviews/<uuid:pk>/submit", page.submit, name="submit-review"),
    path("reviews/<uuid:pk>/recuse", page.recuse, name="recuse-review"),
    path("adjudications/<uuid:pk>", settling.adjudication, name="adjudication"),
    path("adjudications/<uuid:pk>/settle", settling.settle, name="settle-adjudication"),
    path("adjudications/<uuid:pk>/draft", saving.save_adjudication, name="save-adjudication"),
    path("opinions/<uuid:pk>", referring.opinion, name="opinion"),
    path("opinions/<uuid:pk>/give", referring.give_opinion, name="give-opinion"),
    path("opinions/<uuid:pk>/draft", saving.save_opinion, name="save-opinion"),
    path("readings/<uuid:pk>", settling.reading, name="reading"),
    path("readings/<uuid:pk>/judge", settling.judge, name="judge-reading"),
    path("readings/<uuid:pk>/draft", saving.save_reading, name="save-reading"),
]
