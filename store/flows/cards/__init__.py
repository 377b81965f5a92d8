"""Payments by card: begun, looked at, applied once, given back (docs/decisions/0032)."""
