"""Between the company, Stripe and the bank: payouts, reserves, top-ups, fees, stated balances."""
