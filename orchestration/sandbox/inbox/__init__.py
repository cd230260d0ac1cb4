"""The simulated company as an inbox: Sigma exports, Data Pipeline folders, API lists and events."""
