"""Time and completeness of a sitting."""

from datetime import UTC, datetime, timedelta

import pytest

from assessments.attempts.rules import arrives_in_time, due_at, submission_content
from competency.foundation.hashing import content_hash

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_clock_runs_from_the_start_for_the_time_allowed():
    assert due_at(NOON, 3600) == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "counts"), [(-1, True), (0, True), (59, True), (60, True), (61, False)]
)
def test_a_draft_counts_until_the_last_second_of_the_grace(seconds, counts):
    assert arrives_in_time(NOON + timedelta(seconds=seconds), NOON, 60) is counts


def test_the_hash_of_a_submission_covers_words_path_and_answers():
    def hashed(version="V1/1", path=("a", "b"), text="I stay"):
        vignette = {"version": version, "content_hash": "0" * 64}
        return content_hash(submission_content(vignette, path, {"words": {"text": text}}))

    hashes = {
        hashed(),
        hashed(version="V1/2"),
        hashed(path=("b", "a")),
        hashed(path=("a",)),
        hashed(text="I stay "),
    }
    assert len(hashes) == 5
    assert hashed() == hashed()
