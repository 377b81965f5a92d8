import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TestCase, override_settings

from .shop import FILES_ON_DISK, Shop, populate


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker, tmp_path_factory) -> Shop:
    """One shop for all requests: each of them is taken back."""
    files = override_settings(STORAGES=FILES_ON_DISK, MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=True):
            shop = populate()
        yield shop
        transaction.set_rollback(True)
    cache.clear()  # of what is remembered, nothing is there any more
