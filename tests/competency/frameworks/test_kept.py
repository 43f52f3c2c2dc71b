"""What a published version says is read once; a draft is read every time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from competency.frameworks import kept
from competency.frameworks.kept import of_published


@dataclass
class Version:
    content_hash: str = "f" * 64
    pk: UUID = field(default_factory=uuid4)


class Reading:
    """Counts how often it is asked."""

    def __init__(self):
        self.times = 0

    def __call__(self, version):
        self.times += 1
        return [version.content_hash]


def reader():
    reading = Reading()
    return reading, of_published(lambda version: reading(version))


def test_a_published_version_is_read_once():
    reading, read = reader()
    version = Version()
    assert read(version) is read(Version(pk=version.pk))
    assert reading.times == 1
    read(Version())
    assert reading.times == 2


def test_a_draft_is_read_every_time():
    reading, read = reader()
    draft = Version(content_hash="")
    read(draft)
    read(draft)
    assert reading.times == 2


def test_words_of_another_hash_are_other_words():
    """A publication was rolled back, the draft changed, and published at last."""
    _, read = reader()
    version = Version()
    assert read(version) == ["f" * 64]
    version.content_hash = "e" * 64
    assert read(version) == ["e" * 64]


def test_the_one_kept_longest_makes_room(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    reading, read = reader()
    versions = [Version() for _ in range(4)]
    for version in versions:
        read(version)
    read(versions[3])
    assert reading.times == 4
    read(versions[0])
    assert reading.times == 5


def test_threads_that_read_at_once_share_one_answer():
    _, read = reader()
    version = Version()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(read, [version] * 100))
    assert all(answer is answers[0] for answer in answers)
