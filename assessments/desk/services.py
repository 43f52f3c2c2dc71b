"""Keep a review as it grows; keep one's own comments; say how the desk should work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.attempts.answers import sealer_of
from assessments.desk.drafts import Content, cleaned, empty
from assessments.desk.models import Comment, DeskChoice, ReviewDraft
from assessments.reviews.models import Review
from assessments.reviews.services import open_for_writing
from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_words, take_line
from competency.foundation.transactions import joined
from competency.programs.policies import programs_where
from competency.programs.roles import Permission

IDLE_SECONDS = 120  # a longer gap between two saves is a pause, not work
MOST_COMMENTS = 200


@dataclass(frozen=True)
class Kept:
    """A draft as it can be read; revision 0 and nothing where there is none."""

    revision: int = 0
    idem: str = ""
    content: Content = field(default_factory=empty)


class StaleDraft(DomainError):
    """Another tab or device saved a newer draft; both versions are with the person."""

    code = "stale_revision"

    def __init__(self, newer: Kept) -> None:
        super().__init__("This was changed in another tab or on another device.")
        self.newer = newer


def draft_of(review: Review) -> Kept:
    draft = ReviewDraft.objects.filter(review=review).first()
    if draft is None:
        return Kept()
    words = sealer_of(review.submission).unseal(bytes(draft.sealed))
    try:
        content = {**empty(), **json.loads(words)}
    except ValueError:  # the trainee's words were erased, and what quoted them with them
        content = empty()
    return Kept(draft.revision, str(draft.idem), content)


@transaction.atomic
def save_draft(
    review: Review, content: Mapping[str, Any], *, revision: int, idem: UUID, by: User
) -> ReviewDraft:
    """Keep a review as far as it has come; the first save takes the review up.

    `revision` is the one the person last saw, 0 before the first; a newer one raises StaleDraft.
    A save that comes twice (`idem`) is one save.
    """
    locked = open_for_writing(review, by=by)
    draft = ReviewDraft.objects.select_for_update(of=("self",)).filter(review=locked).first()
    if draft is not None and draft.idem == idem:
        return draft
    if revision != (draft.revision if draft else 0):
        raise StaleDraft(draft_of(locked))
    sealed = _sealed(locked, cleaned(locked.submission, content))
    now = timezone.now()
    if draft is None:
        return ReviewDraft.objects.create(review=locked, sealed=sealed, idem=idem, saved_at=now)
    gap = int((now - draft.saved_at).total_seconds())
    draft.active_seconds += gap if 0 <= gap <= IDLE_SECONDS else 0
    draft.sealed, draft.idem, draft.saved_at = sealed, idem, now
    draft.revision += 1
    draft.save()
    return draft


def _sealed(review: Review, content: Content) -> bytes:
    return sealer_of(review.submission).seal(json.dumps(content, ensure_ascii=False))


@joined()
def close_draft(review: Review, *, by: User) -> int | None:
    """Drop the draft of a review that is about to end; return the seconds spent on it."""
    draft = ReviewDraft.objects.filter(review=review, review__reviewer=by).first()
    if draft is None:
        return None
    draft.delete()
    return draft.active_seconds


@transaction.atomic
def keep_comment(text: str, *, by: User, criterion: str = "") -> Comment:
    """Keep words to use again; the same words on the same criterion are kept once."""
    _check_reviews_somewhere(by)
    text = require_words("text", text, "Write the comment you want to keep.").strip()
    criterion = take_line("criterion", criterion, 20)
    if len(text) > 2000:
        raise InvalidInput({"text": "Keep comments under 2,000 characters."})
    if Comment.objects.kept_by(by).count() >= MOST_COMMENTS:
        raise DomainError(f"You keep {MOST_COMMENTS} comments already; remove one first.")
    kept, _ = Comment.objects.get_or_create(reviewer=by, criterion=criterion, text=text)
    return kept


@transaction.atomic
def forget_comment(comment: Comment, *, by: User) -> None:
    Comment.objects.kept_by(by).filter(pk=comment.pk).delete()


@transaction.atomic
def choose_keys(*, single_keys: bool, by: User) -> None:
    """Switch commands by single letters on or off."""
    _check_reviews_somewhere(by)
    DeskChoice.objects.update_or_create(reviewer=by, defaults={"single_keys": single_keys})


def _check_reviews_somewhere(by: User) -> None:
    if not programs_where(by, Permission.REVIEW_DO).exists():
        raise NotAllowed("Your roles do not include reviewing.")
