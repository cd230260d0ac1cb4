"""The files that a company keeps beside Stripe: orders, usage, attribution, tickets, names of sellers."""

from orchestration.sandbox.surroundings.business.files import BusinessFiles

__all__ = ["BusinessFiles"]
