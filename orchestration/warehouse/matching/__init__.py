"""Matching two lists of money movements: which line of one is which line of the other, and how sure that is.

Read in this order: items (what is compared), candidates (who is compared), evidence (what speaks for a pair),
learning (what each piece of evidence is worth), competition (rivals on both sides), assignment (one to one); then flow
(the tiers in their order), shared_ids, composite, sets, sums_of_items and withheld (the tiers), calibration and live.
Orders have their own: orders, order_claims, order_meetings, order_groups.
"""
