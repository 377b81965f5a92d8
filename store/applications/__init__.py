"""Cooperatives that ask to sell here."""
