"""What allauth asks about our people: who has which telephone, and that nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter

from .models import User
from .queries import telephone


class Adapter(DefaultAccountAdapter):
    """Members come by an invitation that a colleague or staff pass on: nothing is verified by SMS."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_user_by_phone(self, phone: str) -> User | None:
        number = telephone(phone)
        return User.objects.filter(phone=number).first() if number else None

    def get_phone(self, user) -> tuple[str, bool] | None:
        return (str(user.phone), True) if user.phone else None

    def set_phone(self, user, phone: str, verified: bool) -> None:
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user, phone: str) -> None:
        """Nothing to do: whoever passed the invitation on knew the telephone."""

    def send_verification_code_sms(self, user, phone: str, code: str, **kwargs) -> None:
        raise NotImplementedError("the shop sends no SMS")

    def get_client_ip(self, request) -> str:
        """Nobody's address is kept beside their log-in (0009)."""
        return "0.0.0.0"  # noqa: S104 - no address that anything listens on

    def add_message(self, *args, **kwargs) -> None:
        """Our pages say what was done, in words of their own."""
