"""Fixtures for every test; what they do is told in `tests.fixtures`."""

from hypothesis import HealthCheck, settings

from tests.fixtures import *  # noqa: F403

# No test measures time: a slow machine is no defect of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
