"""The local provider: a small server on 127.0.0.1 that answers as Stripe and CMI do where the shop asks them.

Nobody is charged and nothing leaves the machine. Tests start it with `tests.providers.running.running_provider`, the
demonstration with `python -m tests.providers`. What goes wrong at a real provider is brought about in `control.py`.
"""
