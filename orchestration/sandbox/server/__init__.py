"""Stripe's API on loopback over a simulated company: for tests and demonstrations of the extractor."""

from orchestration.sandbox.server.faults import FaultPlan, FaultPlanError
from orchestration.sandbox.server.server import KEY, LoggedRequest, SandboxServer
from orchestration.sandbox.server.throttle import RateLimit

__all__ = ["KEY", "FaultPlan", "FaultPlanError", "LoggedRequest", "RateLimit", "SandboxServer"]
