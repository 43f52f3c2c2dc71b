"""The rows of a credential report, from frozen dossiers alone. Pure."""

from collections.abc import Mapping
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    "trainee_name",
    "trainee_number",
    "program",
    "approval_number",
    "cohort",
    "issuer",
    "scope_profile",
    "framework",
    "rubric",
    "assessment",
    "vignettes",
    "standard",
    "pilot",
    "attempt",
    "round",
    "handed_in_at",
    "sitting_mode",
    "identity_check",
    "accommodation_applied",
    "levels",
    "composite",
    "composite_standard_error",
    "keyed_section",
    "cut",
    "cut_method",
    "probability_of_reaching_cut",
    "reviews_per_vignette",
    "agreement_exact",
    "agreement_adjacent",
    "adjudicated_criteria",
    "harm_flags",
    "outcome",
    "reasons",
    "ratified_at",
    "ratified_by",
    "certificate_number",
    "certificate_status",
    "issued_at",
    "valid_until",
    "verification_url",
    "dossier_sha256",
    "use_of_automation",
    "limits",
)


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1")
    "'=1+1"
    >>> safe_cell(None)
    ''
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def report_row(
    dossier: Mapping[str, Any],
    settled: Mapping[str, Any],
    certificate: Mapping[str, Any],
) -> dict[str, Any]:
    """One decision as a row. `settled` says who ratified when, `certificate` what followed."""
    submissions, standard = dossier["submissions"], dossier["standard"]
    proposal, attempt = dossier["proposal"], dossier["attempt"]
    return {
        "trainee_name": dossier["trainee"]["name"],
        "trainee_number": dossier["trainee"]["number"],
        "program": dossier["program"]["name"],
        "approval_number": dossier["program"]["approval_number"],
        "cohort": dossier["cohort"],
        "issuer": dossier["issuer"]["name"],
        "scope_profile": dossier["scope_profile"]["version"],
        "framework": dossier["framework"]["version"],
        "rubric": dossier["rubric"]["version"],
        "assessment": f"{dossier['assessment']['code']}/{dossier['assessment']['version']}",
        "vignettes": _list(f"{row['vignette']} (key {row['key']})" for row in submissions),
        "standard": f"{standard['code']}/{standard['version']}",
        "pilot": _yes(standard["pilot"]),
        "attempt": attempt["number"],
        "round": attempt["round"],
        "handed_in_at": attempt["handed_in_at"],
        "sitting_mode": attempt["sitting_mode"],
        "identity_check": attempt["identity_check"],
        "accommodation_applied": _yes(attempt["accommodation"]),
        "levels": _list(
            f"{row['code']} {row['level']} ± {row['standard_error']}"
            for row in dossier["competencies"]
        ),
        "composite": dossier["composite"]["level"],
        "composite_standard_error": dossier["composite"]["standard_error"],
        "keyed_section": dossier["keyed_section"],
        "cut": standard["cut"],
        "cut_method": standard["cut_method"],
        "probability_of_reaching_cut": proposal["probability"],
        "reviews_per_vignette": _list(str(len(row["reviews"])) for row in submissions),
        "agreement_exact": _list(row["agreement"]["exact"] for row in submissions),
        "agreement_adjacent": _list(row["agreement"]["adjacent"] for row in submissions),
        "adjudicated_criteria": _list(
            code for row in submissions for code in row["settled_by_adjudication"]
        ),
        "harm_flags": _list(f"{row['ground']}: {row['state']}" for row in dossier["harm_flags"]),
        "outcome": proposal["outcome"],
        "reasons": _list(proposal["reasons"]),
        "use_of_automation": dossier["automation"],
        "limits": dossier["limits"],
        **settled,
        **certificate,
    }


def _list(values: Any) -> str:
    return "; ".join(values)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
