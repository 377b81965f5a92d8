from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class People(UserManager):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """In small letters, in which allauth looks for it; forms and `create_user` call this."""
        return super().normalize_email(email).lower()


class User(AbstractUser):
    """Somebody who logs in: staff and editors with a user name, members of cooperatives with a telephone or an e-mail."""

    phone = PhoneNumberField(_("telephone"), null=True, blank=True, unique=True)

    objects = People()

    class Meta(AbstractUser.Meta):
        constraints = [
            # allauth finds a user name in any letters, and nobody where there are two.
            models.UniqueConstraint(Lower("username"), name="user_username_once"),
            # Whoever logs in with an address is one person, however it is written.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_once"),
        ]
