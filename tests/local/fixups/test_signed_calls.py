import httpx
import pytest

from .conftest import RunningServer

BEARER = {"Authorization": "Bearer token"}
PUBLIC, SIGNED = "/v1/public", "/v1/signed"


def api(server: RunningServer) -> str:
    """An API with a route for signed calls and one for everybody; behind both is nothing that would answer."""
    gateway = server.client("apigatewayv2")
    api_id = gateway.create_api(Name="signed", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri="http://127.0.0.1:1/",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    for path, kind in ((SIGNED, "AWS_IAM"), (PUBLIC, "NONE")):
        key, target = f"GET {path}", f"integrations/{integration}"
        gateway.create_route(ApiId=api_id, RouteKey=key, AuthorizationType=kind, Target=target)
    gateway.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return f"http://127.0.0.1:{server.port}/_aws/execute-api/{api_id}"


@pytest.mark.parametrize("headers", [{}, BEARER, {"Authorization": "AWS4-HMAC-SHA256"}])
def test_who_does_not_sign_is_refused(headers: dict[str, str], fixed: RunningServer) -> None:
    url = api(fixed)

    assert httpx.get(url + SIGNED, headers=headers).status_code == 403
    assert httpx.get(url + PUBLIC, headers=headers).status_code != 403


def test_the_emulator_still_needs_this_fix_up(fixed: RunningServer, plain: RunningServer) -> None:
    assert httpx.get(api(plain) + SIGNED, headers=BEARER).status_code != 403
    assert httpx.get(api(fixed) + SIGNED, headers=BEARER).json() == {"message": "Forbidden"}
