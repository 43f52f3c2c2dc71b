"""Every address of the site with its view: what no test of access may forget."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from competency.programs.access import Policy, open_to_all, policy_of, signed_in

# Views of others, which carry no policy of ours.
OTHERS = {"healthz": open_to_all, "readyz": open_to_all, "api-schema": signed_in,
          "api-docs": signed_in}  # fmt: skip
# Which kind of row an address names, by the name of its route. The first that fits is meant.
KINDS = (
    (r"api-invitations|api-workload", "program"),
    (r"invitation", "invitation"),
    (r"hours-profile", "hours profile"),
    (r"api-hours-submit|api-hours-record", "enrolment"),
    (r"api-hours-withdraw", "own hours"),
    (r"hours", "hours"),
    (r"^roster-export$|api-rosters$|api-roster-file", "program"),
    (r"roster", "roster"),
    (r"^person$", "person"),
    (r"^place$|api-place", "enrolment"),
    (r"api-supervision", "placement"),
    (r"api-accommodation", "accommodation"),
    (r"api-declare-conflict", "program"),
    (r"api-conflict", "conflict"),
    (r"^notification$|api-notification(-read)?$", "notification"),
    (r"ask-for-report|schedule-report|api-(reports|report-schedules)$", "program"),
    (r"^(api-)?report-schedule", "report schedule"),
    (r"^(api-)?report(-|$)", "report"),
    (r"ask-for-check|api-audit-chain|api-integrity-checks", "program"),
    (r"integrity-check", "integrity check"),
    (r"^auditor$", "auditor"),
    (r"api-webhooks", "program"),
    (r"^api-deliveries$|webhook", "webhook"),
    (r"delivery", "delivery"),
    (r"mishap|api-parked", "mishap"),
    (r"account_confirm_email|account_reset_password_from_key", "mailed link"),
    (r"mfa_", "passkey"),
    (r"issuing-run", "issuing run"),
    (r"start-issuing", "program"),
    (r"credential-report|api-(program|cohorts|memberships|complain)$", "program"),
    (r"api-credential-report", "program"),
    (r"open-sitting$|api-preview-sitting|cohort|api-enrolments", "cohort"),
    (r"^(extend-|move-|cancel-)?sitting$|^ask-after$|^api-sitting", "sitting"),
    (r"^(api-)?trainee$", "trainee"),
    (r"api-enrolment|api-assign", "enrolment"),
    (r"api-membership", "membership"),
    (r"^(api-)?case", "case"),
    (r"attempt-appeal$", "own attempt"),
    (r"withdraw-appeal|appeal-withdraw", "own appeal"),
    (r"appeal", "appeal"),
    (r"complaint", "complaint"),
    (r"late-answer", "late answer"),
    (r"submission|answer|stage-commit|sitting-stage|attempt-seat$", "submission"),
    (r"did-document", "issuer path"),
    (r"status-list", "status list"),
    (r"^achievement", "achievement"),
    (r"^credential$", "credential"),
    (r"^api-sign-transcript$|^certificate-transcript$", "own certificate"),
    (r"transcript", "transcript"),
    (r"^shared|share-link", "share link"),
    (r"^api-(agree|take-back|make-link|certificate-wallet)$", "own certificate"),
    (r"^wallet$", "wallet"),
    (r"^certificate-(json|pdf)$", "certificate code"),
    (r"^certificate-(consent|links|wallet)$", "own certificate"),
    (r"^own-certificate|^certificate-(status|pdf-again)$", "certificate"),
    (r"certificate$|api-register", "certificate code"),
    (r"api-certificate", "certificate"),
    (r"audit-event", "audit event"),
    (r"attempt|release-results|sitting-", "attempt"),
    (r"decision|ratify", "decision"),
    (r"forget-comment|api-review-comment$", "comment"),
    (r"adjudication", "adjudication"),
    (r"reading", "harm reading"),
    (r"opinion", "opinion"),
    (r"review", "review"),
    (r"framework", "framework"),
    (r"rubric", "rubric"),
    (r"scope-profile", "scope profile"),
    (r"standard", "standard"),
    (r"vignette", "vignette"),
    (r"key", "key"),
    (r"assessment", "assessment"),
)
FURTHER = {"item": "first-words", "stage": "arrival", "kind": "csv"}


@dataclass(frozen=True)
class Route:
    """An address: its name, the names of its arguments, its view."""

    name: str
    takes: frozenset[str]
    view: Callable[..., Any]

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    @property
    def is_interface(self) -> bool:
        return hasattr(self.view, "cls")

    @property
    def methods(self) -> list[str]:
        """What it answers: of an interface's view its methods, of a page GET or else POST."""
        if self.is_interface and self.name not in OTHERS:
            names = ("get", "post", "put", "patch", "delete")
            return [name.upper() for name in names if hasattr(self.view.cls, name)]
        return ["GET"]

    def policy(self, method: str = "GET") -> Policy | None:
        stated = policy_of(getattr(self.view, "cls", self.view), method)
        return stated or OTHERS.get(self.name)

    @property
    def kind(self) -> str:
        """The kind of row it names; empty where it names none."""
        if not self.takes:
            return ""
        for pattern, kind in KINDS:
            # A certificate's code stands in the public pages' addresses, its key elsewhere.
            if re.search(pattern, self.name) and (
                kind != "certificate code" or "code" in self.takes
            ):
                return kind
        raise AssertionError(f"Say in KINDS what kind of row {self.name} names.")


def routes() -> list[Route]:
    return list(_walk(get_resolver(), "", frozenset()))


def _walk(resolver: URLResolver, namespace: str, taken: frozenset[str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        takes = taken | _arguments(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name}", takes, entry.callback)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, takes)


def _arguments(pattern: Any) -> frozenset[str]:
    if isinstance(pattern, RoutePattern):
        return frozenset(pattern.converters)
    return frozenset(pattern.regex.groupindex)
