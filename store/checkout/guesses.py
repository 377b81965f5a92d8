from contextlib import ExitStack, contextmanager

from ..cart.models import Cart
from ..limits import give_back, given_back_if_busy, network_of, seconds_to_wait


class Guesser:
    """Who tries the code of a voucher: a cart, and the network that it is asked from. Right guesses are not counted."""

    def __init__(self, request, cart: Cart):
        self._names = (network_of(request), f"cart:{cart.pk}")

    def seconds_to_wait(self) -> int:
        """Count a guess: 0 when it may be looked at, else the seconds until the next one may."""
        return max([seconds_to_wait("voucher", who=name) for name in self._names])

    def was_right(self) -> None:
        for name in self._names:
            give_back("voucher", who=name)

    @contextmanager
    def given_back_if_busy(self):
        with ExitStack() as stack:
            for name in self._names:
                stack.enter_context(given_back_if_busy("voucher", who=name))
            yield
