import pytest

from tests.factories.cards import a_provider


@pytest.fixture
def provider():
    with a_provider() as provider:
        yield provider
