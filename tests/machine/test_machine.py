import pytest
from django.db import connection

from .running import run

pytestmark = pytest.mark.django_db
EXAMPLES = {"sqlite": 300, "postgresql": 30}


def test_whatever_people_and_time_do_the_shop_is_as_the_model_says():
    counts = run(examples=EXAMPLES[connection.vendor], steps=60)
    for name in sorted(counts):
        print(name, counts[name])
