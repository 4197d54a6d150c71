from __future__ import annotations

import io

import pytest

from notifications.delivery import CLAIM_SECONDS, BeingSentError, MessageDelivery
from notifications.message import Email
from notifications.sender import NotSentError, RefusedError, SesSender
from store.table import Table
from tests.services.notifications.conftest import Mailbox, confirmed, hear

EMAIL = Email(subject="Hello", text="Hello", html="<p>Hello</p>")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Scripted:
    """A sender that does what it is told, in turn."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[str] = []

    def send(self, email: Email, *, to: str) -> None:
        assert email == EMAIL
        outcome = self.outcomes.pop(0)
        if outcome is not None:
            raise outcome
        self.sent.append(to)


def deliver(delivery: MessageDelivery) -> str:
    return delivery.deliver("e-1", "order_confirmed", to="ada@example.com", write=lambda: EMAIL)


def test_a_message_is_sent_once(table: Table) -> None:
    sender = Scripted(None)
    delivery = MessageDelivery(table, sender)
    assert [deliver(delivery), deliver(delivery)] == ["sent", "sent before"]
    assert sender.sent == ["ada@example.com"]


def test_what_is_being_sent_comes_again_later(table: Table) -> None:
    clock = Clock()

    class Slow(Scripted):
        def send(self, email: Email, *, to: str) -> None:
            with pytest.raises(BeingSentError):
                deliver(MessageDelivery(table, Scripted(), now=clock))
            super().send(email, to=to)

    assert deliver(MessageDelivery(table, Slow(None), now=clock)) == "sent"


def test_after_a_crash_it_is_sent_again_once_the_claim_has_run_out(table: Table) -> None:
    clock = Clock()
    sender = Scripted(KeyboardInterrupt(), None)  # type: ignore[arg-type]
    delivery = MessageDelivery(table, sender, now=clock)
    with pytest.raises(KeyboardInterrupt):
        deliver(delivery)
    clock.seconds += CLAIM_SECONDS - 1
    with pytest.raises(BeingSentError):
        deliver(delivery)
    clock.seconds += 1
    assert deliver(delivery) == "sent"


def test_what_ses_surely_does_not_have_can_be_tried_at_once(table: Table) -> None:
    delivery = MessageDelivery(table, Scripted(NotSentError("TooManyRequestsException", is_certain=True), None))
    with pytest.raises(NotSentError):
        deliver(delivery)
    assert deliver(delivery) == "sent"


def test_what_ses_may_have_waits_for_the_claim_to_run_out(table: Table) -> None:
    clock = Clock()
    delivery = MessageDelivery(table, Scripted(NotSentError("ReadTimeoutError", is_certain=False), None), now=clock)
    with pytest.raises(NotSentError):
        deliver(delivery)
    with pytest.raises(BeingSentError):
        deliver(delivery)
    clock.seconds += CLAIM_SECONDS
    assert deliver(delivery) == "sent"


def test_what_is_refused_for_good_is_not_tried_again(table: Table) -> None:
    delivery = MessageDelivery(table, Scripted(RefusedError()))
    assert [deliver(delivery), deliver(delivery)] == ["refused", "sent before"]


@pytest.mark.usefixtures("service")
def test_an_address_that_may_not_send_is_told_without_repeating_any_address(
    mailbox: Mailbox, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotSentError) as raised:
        SesSender(sender="nobody@elsewhere.example").send(EMAIL, to="victim@example.com")
    assert (raised.value.code, raised.value.is_certain) == ("MessageRejected", True)

    monkeypatch.setenv("SENDER_ADDRESS", "nobody@elsewhere.example")
    assert hear(confirmed(email="victim@example.com")) == [0]
    assert "MessageRejected" in logged.getvalue()
    assert "victim" not in logged.getvalue()
    monkeypatch.setenv("SENDER_ADDRESS", "orders@storefront.example")
    assert mailbox.of("victim@example.com") == []


@pytest.mark.usefixtures("service")
def test_a_ses_that_does_not_answer_leaves_it_open_whether_it_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(NotSentError) as raised:
        SesSender().send(EMAIL, to="ada@example.com")
    assert not raised.value.is_certain
