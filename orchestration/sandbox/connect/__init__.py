"""The marketplace: connected accounts, the three kinds of charges, transfers and application fees."""
