"""Small numbers are withheld so that nobody can be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.figures.rules import LEAST, suppressed, withheld

parts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


@given(parts)
def test_no_small_number_is_told(counts: dict[str, int]) -> None:
    told = suppressed(counts)
    assert told.keys() == counts.keys()
    assert all(n is None or (n == counts[name] and not withheld(n)) for name, n in told.items())


@given(parts)
def test_nothing_can_be_worked_out_from_the_sum(counts: dict[str, int]) -> None:
    told = suppressed(counts)
    hidden = [counts[name] for name, n in told.items() if n is None]
    if hidden and any(n for n in told.values() if n):
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST
