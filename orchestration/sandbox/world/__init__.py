"""The ground that a simulated company stands on: its plan, its books, the history of its objects."""
