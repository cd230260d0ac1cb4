"""One small module per command; `common` holds what all of them share."""
