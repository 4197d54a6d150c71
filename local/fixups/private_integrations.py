"""An HTTP API reaches the tasks that a Cloud Map service names, as it does by a VPC link.

The emulator takes the service's ARN for a URL, and of an answer's headers it keeps the content type only. Here a
request goes to one healthy task after the other, with what the integration changes of it and for as long as its
timeout says. 503 means that no task is there, 504 that it took too long.
"""

import asyncio
import itertools
import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from ministack.core.responses import get_account_id
from ministack.services import apigateway, servicediscovery

from local.server import HOST

CLOUD_MAP = "arn:aws:servicediscovery:"
LONGEST_SECONDS = 31.0
"""More than any integration allows, each of which has a timeout of its own."""
BETWEEN_TWO_HOSTS = frozenset(
    ("connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")
)
"""Headers that do not go on."""

Answer = tuple[int, dict[str, Any], bytes]

_context: ContextVar[Mapping[str, str]] = ContextVar("context")
_turns: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)
_client: httpx.AsyncClient | None = None


def install() -> None:
    """Replaces how the emulator forwards requests of integrations that have a VPC link."""
    for name in ("handle_execute", "_invoke_http_proxy", "_apply_request_parameter_mappings"):
        if not callable(getattr(apigateway, name, None)):
            raise RuntimeError(f"ministack changed: apigateway has no {name}")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    execute, proxy = apigateway.handle_execute, apigateway._invoke_http_proxy
    map_parameters = apigateway._apply_request_parameter_mappings

    async def execute_in_context(api_id: str, stage: str, *arguments: Any, **options: Any) -> Any:
        _context.set({"apiId": api_id, "stage": stage, "accountId": get_account_id()})
        return await execute(api_id, stage, *arguments, **options)

    def map_with_context(integration: Mapping[str, Any], **known: Any) -> Any:
        api = _context.get()
        variables = {
            **known["context_vars"],
            **api,
            "domainName": f"{api['apiId']}.execute-api.{apigateway._HOST}",
            "domainPrefix": api["apiId"],
            "identity.sourceIp": HOST,
            "request.path": known["request_path"],
        }
        return map_parameters(integration, **{**known, "context_vars": variables})

    async def proxy_by_link(integration: Mapping[str, Any], *request: Any) -> Any:
        if str(integration.get("integrationUri")).startswith(CLOUD_MAP):
            return await forward(integration, *request)
        return await proxy(integration, *request)

    apigateway.handle_execute = execute_in_context
    apigateway._apply_request_parameter_mappings = map_with_context
    apigateway._invoke_http_proxy = proxy_by_link


async def forward(
    integration: Mapping[str, Any],
    path: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    query: Mapping[str, list[str]],
) -> Answer:
    """Sends a request to a task and gives its answer.

    Args:
        integration: Its URI is the ARN of a Cloud Map service.
        path: Decoded, but for percent signs.
        method: In capitals.
        headers: As the integration has changed them.
        body: What is sent along.
        query: As the integration has changed it.
    """
    global _client
    if _client is None:
        _client = httpx.AsyncClient(
            verify=False,  # noqa: S501 (tasks are called by plain HTTP; reading certificates takes a second)
            timeout=LONGEST_SECONDS,
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
        )
    service = integration["integrationUri"].rpartition("/")[2]
    address = quote(path, safe="/%:@!$&'()*+,;=~-._") + (f"?{urlencode(query, doseq=True)}" if query else "")
    sent = [(name, value) for name, value in headers.items() if name.lower() not in BETWEEN_TWO_HOSTS]
    for task in _tasks(service):
        request = httpx.Request(method, f"http://{task}{address}", headers=sent, content=body or None)
        try:
            async with asyncio.timeout(int(integration["timeoutInMillis"]) / 1000):
                answer = await _client.send(request, stream=True)
                content = b"".join([chunk async for chunk in answer.aiter_raw()])
        except httpx.ConnectError:
            continue  # it has ended this moment; nothing was sent
        except TimeoutError:
            return _problem(HTTPStatus.GATEWAY_TIMEOUT)
        except httpx.TransportError:
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE)
        return answer.status_code, _headers(answer), content
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE)


def _tasks(service: str) -> list[str]:
    """Where its tasks listen, the one whose turn it is first."""
    instances = [instance["Attributes"] for instance in servicediscovery._instances.get(service, {}).values()]
    found = [f"{each['AWS_INSTANCE_IPV4']}:{each['AWS_INSTANCE_PORT']}" for each in instances]
    turn = next(_turns[service]) % len(found) if found else 0
    return found[turn:] + found[:turn]


def _headers(answer: httpx.Response) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    for name, value in answer.headers.multi_items():
        if name == "set-cookie":
            headers.setdefault("Set-Cookie", []).append(value)
        elif name not in BETWEEN_TWO_HOSTS | {"date"}:
            headers[name] = value
    return headers


def _problem(status: HTTPStatus) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps({"message": status.phrase}).encode()
