"""Publish a notice; agree, and take it back."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.foundation.text import require_line, require_words, take_words
from competency.privacy.models import Consent, Notice
from competency.privacy.purposes import Purpose


@transaction.atomic
def publish_notice(*, title: str, text: str, changes: str = "", by: User) -> Notice:
    """Put a new version of the privacy notice in force. Whoever sits next is asked again.

    Paragraphs are divided by empty lines; one that begins with "# " is a heading, and lines that
    begin with "- " are a list.
    """
    if not by.is_staff:
        raise NotAllowed("Only staff publish the privacy notice.")
    before = Notice.objects.current()
    title = require_line("title", title, "Give the notice a title.").strip()
    text = require_words("text", text, "Say what is kept of people, why and how long.").strip()
    changes = take_words("changes", changes).strip()
    if before is not None and not changes:
        raise InvalidInput({"changes": "Say what differs from the version before."})
    content = {"title": title, "text": text}
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                **content,
                number=before.number + 1 if before else 1,
                changes=changes,
                content_hash=content_hash(content),
                published_at=timezone.now(),
                published_by=by,
            )
    except IntegrityError as error:
        raise DomainError("Somebody published a notice in this moment; look at it.") from error
    record("notice.published", notice, by=by, number=notice.number, hash=notice.content_hash)
    return notice


@transaction.atomic
def give_consent(purpose: str, *, notice: Notice | None, by: User) -> Consent:
    """Agree to a purpose, having read this notice. Agreeing again changes nothing.

    Raises DomainError where another notice is in force by now.
    """
    if purpose not in Purpose.values:
        raise InvalidInput({"purpose": f"One can agree to: {', '.join(Purpose.values)}."})
    current = Notice.objects.current()
    if (notice and notice.pk) != (current and current.pk):
        raise DomainError("Another notice is in force by now; read that one.", code="stale_notice")
    if notice is None and purpose == Purpose.SITTING:
        raise DomainError("No notice is published; nothing has to be accepted.")
    consent, given = Consent.objects.get_or_create(
        person=by,
        purpose=purpose,
        notice=notice,
        withdrawn_at=None,
        defaults={"given_at": timezone.now()},
    )
    if given:
        record("consent.given", consent, by=by, purpose=purpose, notice=notice and notice.number)
    return consent


@transaction.atomic
def withdraw_consent(purpose: str, *, by: User) -> list[Consent]:
    """Take back what one agreed to, under whichever notice. What was done before stays done."""
    given = Consent.objects.in_force().filter(person=by, purpose=purpose)
    rows = list(given.select_for_update().select_related(None).order_by("given_at", "pk"))
    if not rows:
        raise DomainError("You have not agreed to this, or you took it back already.")
    now = timezone.now()
    for consent in rows:
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=now)
        consent.withdrawn_at = now
        record("consent.withdrawn", consent, by=by, purpose=purpose)
    return rows
