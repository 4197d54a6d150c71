"""Asks routes whether their service serves them, and goes on asking while something else happens."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

Answers = Mapping[str, tuple[int, str]]
"""Status and body by route."""

SECONDS_BETWEEN = 0.2
"""Asked more often, the routes would take the processors away from what is going on."""


@dataclass(frozen=True)
class Routes:
    """Routes of a storefront.

    Args:
        api: Its clients' way to it, without a token.
        keys: The routes' keys, such as `GET /v1/products/{id}`.
    """

    api: httpx.Client
    keys: Sequence[str]

    def answers(self) -> Answers:
        """What each of them answers to a request without token and body."""
        return {key: self._ask(key) for key in self.keys}

    def served(self) -> set[str]:
        """Those that a service serves, be it with a refusal; for those that none serves the API itself answers."""
        return {
            key
            for key, (status, body) in self.answers().items()
            if status < 500 and f"There is no {' '.join(_request(key))}." not in body
        }

    @contextmanager
    def answering_alike(self) -> Iterator[None]:
        """Asks all the time, and once more afterwards; fails when an answer is another one than at first."""
        first, others = self.answers(), []
        done = threading.Event()

        def ask() -> None:
            was_done = False
            while not was_done:
                was_done = done.is_set()
                try:
                    now = self.answers()
                except httpx.HTTPError as error:
                    others.append(repr(error))
                else:
                    others.extend((key, first[key], now[key]) for key in self.keys if now[key] != first[key])
                done.wait(SECONDS_BETWEEN)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            done.set()
            asking.join()
        assert not others, f"one of {len(others)} other answers than at first: {others[0]}"

    def _ask(self, key: str) -> tuple[int, str]:
        answer = self.api.request(*_request(key))
        return answer.status_code, answer.text


def _request(key: str) -> tuple[str, str]:
    """Method and path, with a word for each parameter."""
    method, path = key.split()
    return method, re.sub(r"{\w+\+?}", "any", path)
