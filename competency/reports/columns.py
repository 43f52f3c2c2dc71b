"""The columns of the credential report: each defined once, with its words and where it comes from.

`source` is SQL over a decision's frozen dossier (`dossier`) and its rows, from which a trigger
freezes the row (`triggers`); `words` stand in the data dictionary that travels with each report.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NOT_RECORDED = "not recorded"
BETWEEN = "; "  # entries of a list; a semicolon inside an entry becomes a comma


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    LIST = "list"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    YES_NO = "yes or no"
    TIME = "time"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    words: str
    source: str


def _at(*path: str) -> str:
    return f"dossier #>> '{{{','.join(path)}}}'"


def _yes_no(condition: str) -> str:
    return f"CASE WHEN ({condition}) THEN 'yes' ELSE 'no' END"


def _each(rows: str, entry: str) -> str:
    """A list: `entry` for each `entry` of an array of the dossier."""
    return (
        f"(SELECT string_agg(replace({entry}, ';', ','), '{BETWEEN}' ORDER BY place) "  # noqa: S608
        f"FROM jsonb_array_elements({rows}) WITH ORDINALITY AS each (entry, place))"
    )


def _submissions(entry: str) -> str:
    return _each("dossier -> 'submissions'", entry)


def _recorded(*path: str) -> str:
    return f"coalesce({_at(*path)}, '{NOT_RECORDED}')"


def utc(moment: str) -> str:
    return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


# Two people or more for each vignette, all different, and never the trainee.
_INDEPENDENT = """NOT EXISTS (
    SELECT FROM jsonb_array_elements(dossier -> 'submissions') AS each (entry)
    WHERE (SELECT count(*) < 2 OR count(*) <> count(DISTINCT review ->> 'reviewer')
                  OR bool_or(review ->> 'reviewer' = dossier #>> '{trainee,id}')
           FROM jsonb_array_elements(entry -> 'reviews') AS review))"""
_REVIEWERS = """(
    SELECT count(DISTINCT review ->> 'reviewer')::text
    FROM jsonb_array_elements(dossier -> 'submissions') AS each (entry),
         jsonb_array_elements(entry -> 'reviews') AS review)"""

_EARLIER = _each(
    "dossier -> 'earlier_attempts'",
    "concat_ws(' ', entry ->> 'number', entry ->> 'state',"
    " coalesce(entry ->> 'handed_in_at', 'never handed in'), entry ->> 'sitting_mode')",
)

T, L, W, D, Y, M = Kind.TEXT, Kind.LIST, Kind.WHOLE, Kind.DECIMAL, Kind.YES_NO, Kind.TIME
_C = Column

FROZEN = (
    _C("trainee_name", T, "Legal name on the day of the proposal.", _at("trainee", "name")),
    _C("trainee_number", T, "The program's number for the trainee.", _at("trainee", "number")),
    _C("program", T, "Name of the training program.", _at("program", "name")),
    _C("approval_number", T, "Under which a regulator approved it.",
       _at("program", "approval_number")),
    _C("cohort", T, "The trainee's cohort.", _at("cohort")),
    _C("issuer", T, "The body that certifies.", _at("issuer", "name")),
    _C("scope_profile", T, "Jurisdiction and version that says which keys apply.",
       _at("scope_profile", "version")),
    _C("framework", T, "Competency framework and version.", _at("framework", "version")),
    _C("rubric", T, "Rubric and version.", _at("rubric", "version")),
    _C("assessment", T, "Code and version of the assessment.",
       "(dossier #>> '{assessment,code}') || '/' || (dossier #>> '{assessment,version}')"),
    _C("vignettes", L, "Vignettes answered, each with its version and key.",
       _submissions("(entry ->> 'vignette') || ' (key ' || (entry ->> 'key') || ')'")),
    _C("standard", T, "Code and version of the Standard.",
       "(dossier #>> '{standard,code}') || '/' || (dossier #>> '{standard,version}')"),
    _C("pilot", Y, "Whether the Standard was a pilot, which qualifies nobody.",
       _yes_no(f"({_at('standard', 'pilot')})::boolean")),
    _C("hours_modules", T, "Hours of training modules, with what is required.",
       _recorded("hours", "modules")),
    _C("hours_practicum", T, "Hours of practicum, with what is required.",
       _recorded("hours", "practicum")),
    _C("hours_consultation", T, "Hours of consultation, with what is required.",
       _recorded("hours", "consultation")),
    _C("hours_profile", T, "The requirements that the hours are held against, and whether a "
       "director confirmed them.", _recorded("hours", "profile")),
    _C("attempt", W, "Number of the attempt.", _at("attempt", "number")),
    _C("round", W, "Round of the decision: referrals and granted appeals open another.",
       _at("attempt", "round")),
    _C("started_at", M, "When the sitting began.", _at("attempt", "started_at")),
    _C("handed_in_at", M, "When the work was handed in.", _at("attempt", "handed_in_at")),
    _C("sitting_mode", T, "invigilated, or unsupervised.", _at("attempt", "sitting_mode")),
    _C("identity_check", T, "How the trainee's identity was checked.",
       _at("attempt", "identity_check")),
    _C("accommodation_applied", Y, "Whether an accommodation was applied; never why.",
       _yes_no(f"({_at('attempt', 'accommodation')})::boolean")),
    _C("earlier_attempts", L, "Earlier attempts at the same assessment: number, state, hand-in, "
       "sitting mode.",
       f"CASE WHEN dossier ? 'earlier_attempts' THEN coalesce({_EARLIER}, 'none')"
       f" ELSE '{NOT_RECORDED}' END"),
    _C("levels", L, "Level of each competency, 1 to 4, ± its standard error.",
       _each("dossier -> 'competencies'",
             "concat(entry ->> 'code', ' ', entry ->> 'level',"
             " ' ± ', entry ->> 'standard_error')")),
    _C("composite", D, "Composite over all competencies, 1 to 4.", _at("composite", "level")),
    _C("composite_standard_error", D, "Standard error of the composite.",
       _at("composite", "standard_error")),
    _C("keyed_section", D, "Share of the keyed items, 0 to 1; empty without keyed items.",
       _at("keyed_section")),
    _C("keyed_cut", D, "Least share of the keyed items, 0 to 1.", _at("standard", "keyed_cut")),
    _C("cut", D, "Cut on the composite, 1 to 4.", _at("standard", "cut")),
    _C("cut_error", D, "Standard error of the cut.", _at("standard", "cut_error")),
    _C("cut_method", T, "How the cut was set.", _at("standard", "cut_method")),
    _C("cut_set_on", T, "Day on which the Standard with this cut was published.",
       "to_char(standard.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
    _C("probability_of_reaching_cut", D, "Probability that the true composite reaches the cut; "
       "empty where no error is known.", _at("proposal", "probability")),
    _C("decision_accuracy", D, "Probability that the true composite lies on the likelier side of "
       "the cut: the greater of p and 1 − p, where p is the probability of reaching it.",
       "greatest((dossier #>> '{proposal,probability}')::numeric,"
       " 1 - (dossier #>> '{proposal,probability}')::numeric)::text"),
    _C("decision_consistency", T, "How often two such attempts would lead to the same decision, "
       "where the Standard's measurement study says so.", _recorded("decision_consistency")),
    _C("required_reviews", W, "Blind reviews that the Standard asks for.",
       _at("standard", "required_reviews")),
    _C("reviews_per_vignette", L, "Completed reviews of each vignette.",
       _submissions("jsonb_array_length(entry -> 'reviews')::text")),
    _C("reviewers", W, "Different people who reviewed.", _REVIEWERS),
    _C("independent_reviews", Y, "Whether each vignette was reviewed by two different people or "
       "more, blind to each other, none of them the trainee.", _yes_no(_INDEPENDENT)),
    _C("agreement_exact", L, "Share of criteria with the same level, by vignette.",
       _submissions("entry #>> '{agreement,exact}'")),
    _C("agreement_adjacent", L, "Share of criteria at most one level apart, by vignette.",
       _submissions("entry #>> '{agreement,adjacent}'")),
    _C("adjudicated_criteria", L, "Criteria that a third person settled.",
       "(SELECT string_agg(code, '; ' ORDER BY place, step)"
       " FROM jsonb_array_elements(dossier -> 'submissions')"
       " WITH ORDINALITY AS each (entry, place),"
       " jsonb_array_elements_text(entry -> 'settled_by_adjudication')"
       " WITH ORDINALITY AS settled (code, step))"),
    _C("harm_flags", L, "Each harm flag, and what became of it.",
       _each("dossier -> 'harm_flags'", "(entry ->> 'ground') || ': ' || (entry ->> 'state')")),
    _C("outcome", T, "competent, not_yet, or refer.", _at("proposal", "outcome")),
    _C("reasons", L, "Codes of the rules that led there.",
       _each("dossier #> '{proposal,reasons}'", "entry #>> '{}'")),
    _C("ratified_at", M, "When a certifier ratified it.", utc("decision.settled_at")),
    _C("ratified_by", T, "The certifier, by name; empty for a formative result.",
       "(SELECT name FROM competency_user WHERE id = decision.settled_by_id)"),
    _C("dossier_sha256", T, "SHA-256 of the frozen dossier.", "decision.dossier_hash"),
    _C("use_of_automation", T, "What software did, and what it did not.", _at("automation")),
    _C("limits", T, "What the result does not say.", _at("limits")),
)  # fmt: skip

MOVING = (
    _C("decision_status", T, "in force, or superseded.",
       "CASE decision.state WHEN 'ratified' THEN 'in force' ELSE decision.state END"),
    _C("appeal", T, "none, lodged, under_review, granted, denied or withdrawn.",
       "coalesce((SELECT state FROM competency_appeal WHERE decision_id = decision.id), 'none')"),
    _C("certificate_number", T, "Number on the register.", "certificate.number"),
    _C("certificate_status", T, "awarded, issued, suspended, revoked, expired or replaced.",
       "certificate.state"),
    _C("certificate_name", T, "The holder's name as the certificate has it.",
       "coalesce(nullif(certificate.corrected_name, ''), certificate.particulars ->> 'holder')"),
    _C("issued_at", M, "When the certificate was issued.", utc("certificate.issued_at")),
    _C("valid_until", M, "When it expires.", utc("certificate.valid_until")),
    _C("credential_sha256", T, "SHA-256 of the signed credential in force.",
       "(SELECT document_hash FROM competency_credential"
       " WHERE certificate_id = certificate.id AND withdrawn_at IS NULL)"),
)  # fmt: skip

# Last, and put together as a report is written: it depends on where the site is.
VERIFICATION_URL = _C("verification_url", T, "Where anybody can check the certificate.", "")

ALL = (*FROZEN, *MOVING, VERIFICATION_URL)
COLUMNS = tuple(column.name for column in ALL)


def values_of(column: Column, text: str) -> Any:
    """A bare cell as JSON has it; null where there is nothing. Decimals stay text.

    >>> values_of(FROZEN[0], ""), values_of(Column("a", Kind.LIST, "", ""), "x; y")
    (None, ['x', 'y'])
    """
    if column.kind == Kind.LIST:
        return text.split(BETWEEN) if text else []
    if not text:
        return None
    if column.kind == Kind.WHOLE:
        return int(text)
    return text == "yes" if column.kind == Kind.YES_NO else text
