"""Whoever takes cards for the shop: one module for each, all with the interface of `base.py`."""
