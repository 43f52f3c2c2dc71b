"""The back office: accounts and issuers are made here, everything else is only read.

What has a lifecycle or is frozen is written by the domain, which checks, records and freezes.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import CharField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.audit.services import record
from competency.certificates.models import Certificate
from competency.credentials.models import IssuerKey
from competency.credentials.services import mark_compromised, retire_key, rotate_key
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError
from competency.programs.models import Enrolment, Issuer, Membership, Program

FILTERS = ("state", "role", "kind")
TELLING = (*FILTERS, "number", "round", "created_at")


class Reading(admin.ModelAdmin):
    """Rows that staff may look at and nobody writes here."""

    list_per_page = 50
    show_full_result_count = False
    search_fields: ClassVar[Any] = ("pk__exact",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def register_for_reading(app: str) -> None:
    """Every model of an app that has no admin of its own yet, with columns that tell something."""
    for model in apps.get_app_config(app).get_models():
        if not admin.site.is_registered(model):
            admin.site.register(model, type(f"{model.__name__}Admin", (Reading,), _columns(model)))


def _columns(model: type[models.Model]) -> dict[str, Any]:
    fields = model._meta.concrete_fields
    names = {field.name for field in fields}
    # A row's own name may quote any row that it must belong to.
    belongs = tuple(f.name for f in fields if isinstance(f, models.ForeignKey) and not f.null)
    return {
        "list_display": ("__str__", *(name for name in TELLING if name in names)),
        "list_filter": tuple(name for name in FILTERS if name in names),
        "list_select_related": belongs or False,
    }


class Recorded:
    """Saves with a trail: staff's acts are on the record like everyone's."""

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        verb = "changed" if change else "made"
        name = f"{obj._meta.model_name}.{verb}"
        record(name, obj, by=cast(User, request.user), fields=form.changed_data)  # type: ignore[arg-type]


class AccountForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "timezone")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


@admin.register(User)
class AccountAdmin(Recorded, UserAdmin):
    """Make and close accounts. Roles are given in programs, not here."""

    add_form = AccountForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "timezone", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "timezone",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )
    filter_horizontal = ("groups",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # an account is closed, never removed: the record points to it


@admin.register(Issuer)
class IssuerAdmin(Recorded, admin.ModelAdmin):
    list_display = ("name", "url", "email")
    search_fields = ("name",)
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}
    actions = ("rotate_keys",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Rotate the key of the selected issuers"))
    def rotate_keys(self, request: HttpRequest, rows: QuerySet[Issuer]) -> None:
        for issuer in rows:
            key = rotate_key(issuer, by=cast(User, request.user))
            self.message_user(request, _("%(key)s signs from now on.") % {"key": key})


class WhyForm(ActionForm):
    why = CharField(required=False, label=_("Why, for the record"))


@admin.register(IssuerKey)
class IssuerKeyAdmin(Reading):
    """Keys are given up here or by `manage.py issuer_keys`; each act is on the record."""

    list_display = ("__str__", "state", "public_key", "created_at", "retired_at", "compromised_at")
    list_filter = ("state",)
    list_select_related = ("identity__issuer",)
    search_fields = ("name", "public_key", "identity__path")
    exclude = ("sealed",)
    action_form = WhyForm
    actions = ("retire_keys", "mark_keys_compromised")

    @admin.action(description=_("Retire: sign nothing more with them"))
    def retire_keys(self, request: HttpRequest, rows: QuerySet[IssuerKey]) -> None:
        self._each(request, rows, partial(retire_key, by=cast(User, request.user)))

    @admin.action(description=_("Mark compromised: what they signed is valid no more"))
    def mark_keys_compromised(self, request: HttpRequest, rows: QuerySet[IssuerKey]) -> None:
        why = str(request.POST.get("why", ""))
        act = partial(mark_compromised, by=cast(User, request.user), reason=why)
        self._each(request, rows, act)

    def _each(
        self, request: HttpRequest, rows: QuerySet[IssuerKey], act: Callable[[IssuerKey], None]
    ) -> None:
        for key in rows:
            try:
                act(key)
                self.message_user(request, _("%(key)s: done.") % {"key": key})
            except DomainError as error:
                told = {"key": key, "why": error.message}
                self.message_user(request, _("%(key)s: %(why)s") % told, messages.ERROR)


@admin.register(Program)
class ProgramAdmin(Reading):
    list_display = ("name", "code", "issuer", "timezone", "approval_number")
    search_fields = ("name", "code")


@admin.register(Membership)
class MembershipAdmin(Reading):
    list_display = ("person", "role", "program", "starts_on", "ends_on")
    search_fields = ("person__email", "person__name", "program__name")


@admin.register(Enrolment)
class EnrolmentAdmin(Reading):
    list_display = ("trainee", "trainee_number", "cohort", "created_at")
    search_fields = ("trainee__email", "trainee__name", "trainee_number")


@admin.register(Decision)
class DecisionAdmin(Reading):
    list_display = ("enrolment", "outcome", "state", "round", "created_at", "settled_by")
    search_fields = ("enrolment__trainee__name", "enrolment__trainee_number", "dossier_hash")
    list_select_related = ("enrolment__trainee", "enrolment__cohort", "settled_by")


@admin.register(Certificate)
class CertificateAdmin(Reading):
    list_display = ("number", "code", "holder", "state", "pilot", "issued_at", "valid_until")
    search_fields = ("number", "code", "holder__name", "holder__email")


@admin.register(AuditEvent)
class AuditAdmin(Reading):
    list_display = ("at", "action", "actor_id", "subject_type", "subject_id", "reason")
    search_fields = ("action", "actor_id__exact", "subject_id__exact", "request_id")
    date_hierarchy = "at"
    ordering = ("-id",)


def one_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Staff come in by the site's own door, which counts failures; others are told no."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("The administration is for staff."))
    return redirect_to_login(resolve_url("admin:index"), resolve_url("sign-in"))


admin.site.login = one_door  # type: ignore[method-assign]
admin.site.site_header = _("Credence administration")
admin.site.site_title = _("Credence")
admin.site.index_title = _("What is on record")
register_for_reading("competency")
