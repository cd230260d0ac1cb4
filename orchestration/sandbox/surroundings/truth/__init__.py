"""What really happened, told from the simulated objects and never from tieout's own models."""

from orchestration.sandbox.surroundings.truth.truth import Truth

__all__ = ["Truth"]
