"""Nothing that names a person is forgotten by an erasure, kept without a ground or by accident."""

from pathlib import Path

from competency.privacy.kept import KEPT, Ground, goes_with_account, relations

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "privacy.md").read_text()


def test_every_relation_to_a_person_says_what_an_erasure_does_with_it() -> None:
    """A new one fails here: name in `KEPT` why it stays, or let it go with the account."""
    asked = {label for label, relation in relations() if not goes_with_account(label, relation)}
    assert asked == set(KEPT)


def test_the_page_on_privacy_explains_every_ground() -> None:
    for ground in Ground:
        assert f"| {ground} |" in PAGE
