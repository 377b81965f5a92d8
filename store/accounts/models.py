from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody who logs in: staff and editors now, members of cooperatives and buyers later."""
