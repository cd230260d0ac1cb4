"""The codes that may explain a difference of money: what a residual is made of, and what a person may say of one."""

from __future__ import annotations

UNEXPLAINED = "unexplained"
# Code -> what it says, for the message that lists them.
RESIDUAL_CODES = {
    "fee": "a fee of Stripe",
    "fee_tax": "tax on a fee",
    "refund": "paid back to the customer in full",
    "partial_refund": "paid back to the customer in part",
    "dispute": "taken back by a dispute",
    "dispute_fee": "what a dispute costs",
    "reserve_hold": "held back by Stripe as a reserve",
    "reserve_release": "a reserve given back",
    "fx_rate": "another exchange rate than expected",
    "fx_spread": "what a conversion costs",
    "rounding": "rounding to the minor unit",
    "in_transit": "on its way, not arrived yet",
    "cut_off": "falls into another period",
    "bank_fee": "a fee of the bank",
    "batched_with": "paid together with something else",
    "split_from": "a part of something larger",
    "financing": "a loan or an advance, or its repayment",
    "connect_transfer": "moved to or from a connected account",
    "application_fee": "the platform's fee on a connected account",
    "minimum_balance": "kept back as minimum balance",
    "negative_balance_offset": "offset against a negative balance",
    "proration": "prorated for a part of a period",
    "duplicate": "counted twice",
    "missing_source": "its record is in no file that was received",
    UNEXPLAINED: "not known",
}
# What a person may say: that nothing is known needs no decision.
EXPLAINING_CODES = tuple(code for code in RESIDUAL_CODES if code != UNEXPLAINED)
