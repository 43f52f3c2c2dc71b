"""Start a run, stop it, go on with it."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.batches.models import IssuingItem, IssuingRun
from competency.batches.tasks import issue_batch
from competency.certificates.issuing import lacking
from competency.certificates.models import Certificate, CertificateQuerySet
from competency.certificates.states import CertificateState
from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

CHUNK = 1_000
SIDE_BY_SIDE = 2  # workers; more only wait for each other's numbers


@transaction.atomic
def start_run(program: Program, *, by: User) -> IssuingRun:
    """Issue everything that the program has awarded, and sign whatever lacks a credential."""
    check_permission(by, Permission.DECISION_RATIFY, program.pk)
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if IssuingRun.objects.filter(program=program, finished_at=None).exists():
        raise DomainError(_("A run is open already; go on with it, or wait until it is done."))
    own = waiting().filter(program=program)
    keys = list(own.order_by("awarded_at").values_list("pk", flat=True))
    if not keys:
        raise DomainError(_("Nothing waits to be issued."))
    run = IssuingRun.objects.create(program=program, started_by=by, total=len(keys))
    IssuingItem.objects.bulk_create(
        (IssuingItem(run=run, certificate_id=key) for key in keys), batch_size=CHUNK
    )
    record("issuingrun.started", run, by=by, total=run.total)
    _go_on(run)
    return run


def waiting() -> CertificateQuerySet:
    """What a run would take up: awarded and not issued, or issued and without a credential."""
    lack = Q(pk__in=lacking().values("pk"))
    return Certificate.objects.filter(Q(state=CertificateState.AWARDED) | lack)


@transaction.atomic
def stop_run(run: IssuingRun, *, by: User) -> None:
    """Nothing new is begun; what is under way is finished."""
    locked = _locked(run, by)
    if locked.stopped_at is not None:
        raise DomainError(_("This run is stopped already."))
    run.stopped_at = locked.stopped_at = timezone.now()
    locked.save(update_fields=["stopped_at"])
    record("issuingrun.stopped", run, by=by)


@transaction.atomic
def resume_run(run: IssuingRun, *, by: User) -> None:
    """Go on with what was not settled."""
    locked = _locked(run, by)
    if locked.stopped_at is None:
        raise DomainError(_("This run is going already."))
    run.stopped_at = locked.stopped_at = None
    locked.save(update_fields=["stopped_at"])
    record("issuingrun.resumed", run, by=by)
    _go_on(run)


def _locked(run: IssuingRun, by: User) -> IssuingRun:
    check_permission(by, Permission.DECISION_RATIFY, run.program_id)
    locked = IssuingRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
    if locked.finished_at is not None:
        raise DomainError(_("This run is finished."))
    return locked


def _go_on(run: IssuingRun) -> None:
    for _side in range(SIDE_BY_SIDE):
        transaction.on_commit(lambda: issue_batch.delay(str(run.pk)), robust=True)
