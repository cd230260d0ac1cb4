"""Great Expectations edge: suites, the runner that proves them inside DuckDB, and the report of the gates."""
