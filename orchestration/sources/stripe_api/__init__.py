"""Stripe's API -> landing: lists and events of the platform and of every connected account.

Plain Python: `run.extract` does it all, the other modules do one thing each. Rows and the cursor that says how
far they reach are landed together by one rename, so a pull that ends anywhere is simply run again.
"""
