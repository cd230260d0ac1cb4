"""What the company knows outside Stripe: its bank, its orders, its product, its marketing."""
