"""Codes of the domain, in words for people."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from competency.decisions.states import Outcome


def outcome_words(outcome: str) -> str:
    """What an outcome means for the person it is about."""
    return {
        Outcome.COMPETENT: _("Competent"),
        Outcome.NOT_YET: _("Not yet competent"),
        Outcome.REFER: _("Refer for more evidence"),
    }[Outcome(outcome)]


def reasons_in_words(reasons: Iterable[str]) -> list[str]:
    """Each reason of a proposal as a sentence; a code we do not know stands as it is."""
    plain = {
        "all_rules_met": _("Every rule of the Standard is met."),
        "harm_confirmed": _("Two people confirmed harm, and that decides alone."),
        "insufficient_evidence": _("There is not enough evidence to decide."),
        "vignettes_incomplete": _("A vignette of the form is not marked."),
        "reviews_missing": _("A vignette lacks a blind review."),
        "no_generalizability_study": _(
            "The Standard pins no variance components, so the error cannot be stated."
        ),
        "composite_below_cut": _("The composite lies surely below the cut."),
        "composite_near_cut": _("The composite lies too near the cut to be sure."),
        "panel_agreed": _("Two fresh people judged the referred attempt and agree."),
        "panel_divided": _("Two fresh people judged the referred attempt and do not agree."),
        "keyed_below_cut": _("The keyed section lies below its cut."),
    }
    about = {
        "minimum_not_measured": _("{code} has a minimum and was not measured."),
        "minimum_failed": _("{code} lies surely below its minimum."),
        "minimum_doubtful": _("{code} may lie below its minimum."),
    }
    said = []
    for reason in reasons:
        name, _colon, code = reason.partition(":")
        said.append(about[name].format(code=code) if name in about else plain.get(reason, reason))
    return said


def sitting_words(mode: str) -> str:
    return {"invigilated": _("invigilated"), "unsupervised": _("not invigilated")}.get(mode, mode)
