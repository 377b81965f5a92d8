"""Hostile requests for every public view, on PostgreSQL. `python -m tests.fuzz` sends thousands."""

from random import Random

import pytest

from store.flows.invariants import check_invariants
from tests.asking import Asking

from .campaign import run
from .judge import ask, faults_of
from .targets import TARGETS

pytestmark = pytest.mark.django_db  # each request is a transaction of its own, taken back: see judge.py

SEED = 20260713

every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


@every_target
def test_a_good_request_reaches_what_the_fuzz_spoils(shop, target):
    for method, expected in target.answers.items():
        attempt = target.good_attempt(shop, Random(SEED), method=method)
        answer = ask(attempt, Asking())
        assert answer.status in expected, answer.errors or answer.headers
        assert faults_of(attempt, answer, is_public=target.is_public, most_queries=target.most_queries) == []


@every_target
def test_hostile_requests_get_an_answer_and_leave_the_shop_whole(shop, target):
    tally = run(target, shop, seed=SEED, numbers=range(target.sample))

    assert not tally.reports, "\n\n".join(tally.reports.values())
    assert tally.inputs == target.sample
    assert check_invariants() == []
