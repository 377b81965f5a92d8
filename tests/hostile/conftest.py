import logging

import pytest


@pytest.fixture
def quiet():
    """Without a line for each request, and for each thing that Wagtail leaves out."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
