"""Fixtures for every test; what they do is told in `tests.fixtures`."""

from tests.fixtures import *  # noqa: F403
