"""Money in from customers, and back: payments, refunds, disputes."""
