"""Named faults of a simulated company: lived by it, or done to its files afterwards. Each is labelled."""

from orchestration.sandbox.defects.names import DEFECTS, checked

__all__ = ["DEFECTS", "checked"]
