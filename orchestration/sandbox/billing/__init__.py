"""What is sold by invoice: catalog, customers, subscriptions, invoices and what settles them."""
