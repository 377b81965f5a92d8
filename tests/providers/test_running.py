"""The local provider as a program: on this machine only, controlled from another process, with a memory."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from .conftest import asked, client
from .running import running_provider


def control(provider, verb: str = "", kind: str = "application/json", **how):
    request = urllib.request.Request(
        f"{provider.url}/_control/{verb}", json.dumps(how).encode(), {"Content-Type": kind}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return {"status": error.code, **json.load(error)}


def test_another_process_controls_it(provider, session):
    assert "pay" in control(provider)
    assert control(provider, "pay") == "paid"
    control(provider, "hold", types=["refund.*"], times=1)
    assert control(provider, "refund", amount=500)["amount"] == 500
    assert control(provider, "session", reference="TW-1042")["id"] == session.id
    control(provider, "fail_next", call="refunds.create", status=500)
    assert control(provider, "event_types")[-2:] == ["refund.created", "charge.refunded"]


@pytest.mark.parametrize(("verb", "how"), [("pay", {"session": "no"}), ("nothing", {}), ("pay", {"colour": 1})])
def test_control_says_what_it_cannot_do(provider, verb, how):
    assert control(provider, verb, **how)["status"] in {400, 404}


def test_a_page_of_another_site_controls_nothing(provider, session):
    assert control(provider, "pay", kind="text/plain")["status"] == 403
    assert provider.session()["status"] == "open"


def test_it_listens_on_this_machine_only(provider):
    assert provider.server.socket.getsockname()[0] == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        with (
            pytest.raises((ConnectionRefusedError, TimeoutError)),
            socket.create_connection((address, provider.port), timeout=1),
        ):
            pass


def test_a_later_run_knows_the_payments_of_an_earlier_one_but_no_key_is_written(tmp_path):
    state = tmp_path / "payments.json"
    with running_provider(state_file=state) as provider:
        session = client(provider).v1.checkout.sessions.create(asked(), {"idempotency_key": "a"})
        provider.pay()
        kept_key = provider.key

    with running_provider(state_file=state, key=kept_key) as later:
        assert client(later).v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert len(later.callbacks.take()) == 3  # what could not be told is told now
    text = state.read_text()
    assert state.stat().st_mode & 0o77 == 0
    assert kept_key not in text and provider.webhook_secret not in text and provider.cmi_store_key not in text


def test_the_program_starts_with_a_test_key_only_and_ends_quietly():
    command = [sys.executable, "-m", "tests.providers", "--port", "0"]
    refused = subprocess.run(
        command, env={**os.environ, "STRIPE_SECRET_KEY": "sk_live_x"}, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2 and "sk_test_" in refused.stderr and "sk_live_x" not in refused.stderr

    key = "sk_test_of_this_test"
    program = subprocess.Popen(
        command, env={**os.environ, "STRIPE_SECRET_KEY": key}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    line = program.stdout.readline()
    program.send_signal(signal.SIGTERM)
    out, errors = program.communicate(timeout=10)
    assert "http://127.0.0.1:" in line and (program.returncode, errors) == (0, "") and key not in line + out
