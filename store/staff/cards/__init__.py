"""Payments by card in Wagtail's admin: tries, callbacks, disputes, and where each way to pay is offered."""
