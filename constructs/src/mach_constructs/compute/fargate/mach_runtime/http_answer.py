"""What a handler returned, as the HTTP response that API Gateway would make of it (payload format 2.0)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_JSON = "application/json"
_SET_BY_THE_SERVER = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"})
_STATUSES = range(200, 600)


class MalformedAnswerError(Exception):
    """What the handler returned is no response."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP response.

    Attributes:
        status: Its status code.
        headers: Names in lower case and values; cookies are several of one name.
        body: Its bytes.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def answer_of(result: object) -> Answer:
    """Read what a handler returned.

    An object with a `statusCode` is a response; anything else is the JSON body of a 200, as documented at
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

    Args:
        result: What it returned.

    Raises:
        MalformedAnswerError: Status, headers, cookies or body are of another kind.
    """
    if not isinstance(result, Mapping) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result, separators=(",", ":"))
        return Answer(status=200, headers=(("content-type", _JSON),), body=body.encode())
    headers = _headers(result.get("headers") or {})
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", _JSON))
    cookies = result.get("cookies") or []
    if not isinstance(cookies, Sequence) or isinstance(cookies, str):
        raise MalformedAnswerError("cookies must be a list")
    headers = [*(("set-cookie", _one_line(str(cookie))) for cookie in cookies), *headers]
    return Answer(status=_status(result["statusCode"]), headers=tuple(headers), body=_body(result))


def _status(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or int(text) not in _STATUSES:
        raise MalformedAnswerError("statusCode must be a number from 200 to 599")
    return int(text)


def _headers(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        raise MalformedAnswerError("headers must be an object")
    headers = ((str(name).lower(), _text(content)) for name, content in value.items())
    return [(name, _one_line(content)) for name, content in headers if name not in _SET_BY_THE_SERVER]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_line(value: str) -> str:
    if any(character in value for character in "\r\n\0"):
        raise MalformedAnswerError("a header's value must be one line")
    return value


def _body(result: Mapping[object, object]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return json.dumps(body, separators=(",", ":")).encode()
    if result.get("isBase64Encoded") is not True:
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedAnswerError("the body must be base64 when isBase64Encoded is true") from error
