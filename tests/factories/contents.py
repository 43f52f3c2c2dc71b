"""Small invented content, in the shape of the content files. Every function gives a new copy.

The story of the vignette:

    arrival ──stay──▶ room ──▶ end
       └────leave──▶ corridor ──▶ room ──▶ end

`arrival` asks for words (judged on C1), a rating of three actions and the decision; `room` asks for
words (judged on C3 and D1) and the most and least helpful of three; `corridor` asks for words
(judged on C3). Leaving is a critical option. C3 is safety-critical and has a minimum of 2.
"""

from typing import Any

CRITERIA = ("C1", "C3", "D1")
HARM_OF = {code: f"{code}.H1" for code in CRITERIA}
GOOD_WORDS = "I say my name and I stay near you, for as long as it takes."


def framework_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "FRAME",
        "title": "A small framework",
        "version": 1,
        "statement": "What a therapist can do, in three competencies.",
        "domains": [
            {
                "code": "C",
                "title": "In the session",
                "competencies": [
                    competency_content("C1", "Staying"),
                    competency_content("C3", "Keeping safe"),
                ],
            },
            {
                "code": "D",
                "title": "After the session",
                "competencies": [competency_content("D1", "Closing")],
            },
        ],
    } | changes


def competency_content(code: str, title: str) -> dict[str, Any]:
    return {
        "code": code,
        "title": title,
        "statement": f"{title}, done well.",
        "indicators": [{"code": f"{code}.1", "text": f"{title}: it is done."}],
        "harm_indicators": [{"code": f"{code}.H1", "text": f"{title}: harm is done."}],
    }


def rubric_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "RUBRIC",
        "title": "A small rubric",
        "version": 1,
        "guidance": "Read the anchors before the answer.",
        "criteria": [
            criterion_content("C1"),
            criterion_content("C3", safety_critical=True),
            criterion_content("D1", weight="2.00"),
        ],
    } | changes


def criterion_content(code: str, **changes: Any) -> dict[str, Any]:
    anchors = ("harms", "helps a little", "is safe and complete", "adapts")
    return {
        "code": code,
        "competency": code,
        "title": f"Criterion {code}",
        "weight": "1.00",
        "safety_critical": False,
        "levels": {str(level): f"The answer {words}." for level, words in enumerate(anchors, 1)},
    } | changes


def profile_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "PROFILE",
        "title": "A scope of practice",
        "version": 1,
        "jurisdiction": "Nowhere",
        "statement": "Staying is asked of everybody.",
        "unverified": True,
    } | changes


COMPONENTS = {
    "source": "Constructed for tests.",
    "trainee": "0.180",
    "vignette": "0.006",
    "reviewer": "0.010",
    "trainee_vignette": "0.020",
    "trainee_reviewer": "0.010",
    "residual": "0.040",
}


def standard_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "STANDARD",
        "title": "A pilot standard",
        "version": 1,
        "pilot": True,
        "formative": False,
        "status_note": "Pilot.",
        "required_reviews": 2,
        "cut": "2.80",
        "cut_error": "0.08",
        "cut_method": "Set for tests.",
        "keyed_cut": "0.50",
        "competent_at": "0.95",
        "not_yet_at": "0.05",
        "minima": {"C3": "2.00"},
        "variance_components": COMPONENTS,
        "validity_months": 24,
        "minutes": 60,
        "grace_seconds": 60,
        "sitting_mode": "unsupervised",
    } | changes


def vignette_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "V1",
        "title": "The long night",
        "version": 1,
        "minutes": 45,
        "summary": "A client wakes afraid.",
        "content_note": "Fear.",
        "stages": [
            {
                "code": "arrival",
                "title": "You come in",
                "narrative": [{"speaker": "Client", "text": "Who is there?"}],
                "known": ["It is night."],
                "items": [
                    words_item("first-words", criteria=["C1"]),
                    {
                        "code": "actions",
                        "kind": "sjt_rating",
                        "prompt": "Rate each action.",
                        "options": options_content("greet", "wait", "hurry"),
                    },
                    {
                        "code": "decide",
                        "kind": "branch",
                        "prompt": "What do you do?",
                        "options": [
                            {"code": "stay", "text": "Stay.", "leads_to": "room"},
                            {"code": "leave", "text": "Leave.", "leads_to": "corridor"},
                        ],
                    },
                ],
            },
            {
                "code": "corridor",
                "title": "Outside the door",
                "narrative": [{"speaker": None, "text": "You hear the client cry."}],
                "next": "room",
                "items": [words_item("come-back", criteria=["C3"])],
            },
            {
                "code": "room",
                "title": "In the room",
                "narrative": [{"speaker": "Client", "text": "Stay with me."}],
                "items": [
                    words_item("closing-words", criteria=["C3", "D1"]),
                    {
                        "code": "helpful",
                        "kind": "most_least",
                        "prompt": "What helps most, what least?",
                        "options": options_content("voice", "light", "lecture"),
                    },
                ],
            },
        ],
    } | changes


def words_item(code: str, *, criteria: list[str], **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "kind": "free_text",
        "prompt": "What do you say?",
        "criteria": criteria,
        "model_response": "I am here.",
        "min_words": 3,
        "max_words": 200,
    } | changes


def options_content(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": code.capitalize()} for code in codes]


def key_content(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "status_note": "Pilot key.",
        "items": {
            "actions": {"greet": {"value": 4}, "wait": {"value": 3}, "hurry": {"value": 1}},
            "decide": {
                "stay": {"value": 3, "why": "The client is not alone."},
                "leave": {"value": -3, "critical": True, "why": "The client is left alone."},
            },
            "helpful": {
                "voice": {"value": 1},
                "light": {"value": 0},
                "lecture": {"value": -1},
            },
        },
    } | changes


def assessment_content(**changes: Any) -> dict[str, Any]:
    return {
        "code": "CORE",
        "title": "Core assessment",
        "version": 1,
        "what_it_says": "The holder knows how to stay.",
        "what_it_does_not_say": "It is not a license to practice.",
        "forms": [{"number": 1, "title": "Form 1", "vignettes": [{"vignette": "V1/1"}]}],
    } | changes


def good_answers() -> dict[str, dict[str, Any]]:
    """Item code → response: along the shorter path, everything at its best."""
    return {
        "first-words": {"text": GOOD_WORDS},
        "actions": {"ratings": {"greet": 4, "wait": 3, "hurry": 1}},
        "decide": {"choice": "stay"},
        "closing-words": {"text": GOOD_WORDS},
        "helpful": {"most": "voice", "least": "lecture"},
    }


def harmful_answers() -> dict[str, dict[str, Any]]:
    """Along the longer path: the client is left alone, which the key calls critical."""
    return good_answers() | {
        "decide": {"choice": "leave"},
        "come-back": {"text": "I come back and say I am sorry."},
    }
