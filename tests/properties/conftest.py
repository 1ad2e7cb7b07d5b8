"""One profile for all properties: the same examples each time, few enough to be run often."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "findings", max_examples=60, derandomize=True, database=None, deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture))
settings.load_profile("findings")
