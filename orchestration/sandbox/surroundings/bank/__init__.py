"""The company's banks: accounts, what they book and when, and the statements that they print."""

from orchestration.sandbox.surroundings.bank.statements import BankStatements

__all__ = ["BankStatements"]
