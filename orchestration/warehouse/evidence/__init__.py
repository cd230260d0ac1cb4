"""Tamper evidence: hashes of what is stored, checkpoints of them in the journal, and the check against both."""
