"""The parts of Stripe that the shop uses. `api.py` speaks HTTP, `page.py` is where a buyer pays, the rest are rules."""
