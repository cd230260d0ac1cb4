"""Questions of people to the published ledger: balances, journals and traces; read-only."""
