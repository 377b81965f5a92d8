"""What the shop asks the database once a minute and not for each page: the foot of the pages, the site, its home pages."""

from django.conf import settings
from django.core.cache import cache
from django.test import Client

LANGUAGES = [code for code, _ in settings.LANGUAGES]
#: Where it is kept.
KEYS = [*[f"foot-{code}" for code in LANGUAGES], "site-testserver", "wagtail_site_root_paths"]


def remember() -> None:
    """Have it asked now, and kept for as long as the fuzz lasts."""
    cache.clear()
    for address in ["/fr/", *[f"/{code}/boutique/" for code in LANGUAGES]]:
        Client().get(address)
    forget_visitors()


def forget_visitors() -> None:
    """Forget how often somebody asked, and nothing else."""
    kept = cache.get_many(KEYS)
    cache.clear()
    cache.set_many(kept, timeout=None)
