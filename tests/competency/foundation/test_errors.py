"""How the domain says no."""

from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, TransitionRefused


def test_a_refusal_carries_words_a_field_and_a_code():
    error = DomainError("Not like this.", field="level", code="odd")
    assert (str(error), error.message, error.field, error.code) == (
        "Not like this.",
        "Not like this.",
        "level",
        "odd",
    )


def test_each_kind_of_refusal_has_a_code_of_its_own():
    codes = [DomainError("x").code, NotAllowed("x").code, TransitionRefused("x").code]
    assert codes == ["refused", "not_allowed", "transition_refused"]


def test_invalid_input_names_every_field_and_speaks_for_the_first():
    error = InvalidInput({"role": "No such role.", "scope": "Say which."})
    assert error.problems == {"role": "No such role.", "scope": "Say which."}
    assert (error.message, error.field, error.code) == ("No such role.", "role", "invalid")
