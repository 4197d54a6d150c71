"""What services on Fargate and their network consist of passes every policy pack as it is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_kinesisfirehose as firehose

from mach_constructs import (
    DynamoDbStore,
    Egress,
    EventContract,
    EventMesh,
    FargateCompute,
    FireLens,
    HttpFront,
    JwtInService,
    Microservice,
    Route,
    ServiceNetwork,
    SpotMix,
    WebScaling,
)
from tests import cfn_lint
from tests.policy_packs import add_every_pack

ORDERS = Path(__file__).parent / "fixtures/orders"
ROUTES = [Route("GET /v1/orders", public=True), Route("PUT /v1/orders/{id}", scopes=["orders/write"])]


def compose(app: App, event: type[EventContract]) -> None:
    """Services with all that they can have, in networks with either way out, in a region and in any."""
    platform, service = Stack(app, "Platform"), Stack(app, "Service")
    network = ServiceNetwork(Stack(app, "Network"), "Network", egress=Egress.ENDPOINTS)
    mesh = EventMesh(platform, "Mesh")
    authorization = JwtInService(issuer="https://issuer.example", client_ids=["till"])
    front = HttpFront(platform, "Front", authorization=authorization)
    Microservice(
        service,
        "Orders",
        compute=FargateCompute(
            ORDERS, network=network, spot=SpotMix(base=2), web_scaling=WebScaling(requests_per_task=600)
        ),
        store=DynamoDbStore(partition_key="pk"),
        front=front,
        routes=ROUTES,
        mesh=mesh,
        publishes=[event],
        subscribes=[event],
    )
    own = Stack(app, "Own", env=Environment(account="123456789012", region="eu-west-1"))
    stream = firehose.DeliveryStream.from_delivery_stream_attributes(own, "Stream", delivery_stream_name="logs")
    Microservice(
        own,
        "Audits",
        compute=FargateCompute(
            ORDERS,
            network=ServiceNetwork(own, "Network", egress=Egress.NAT, availability_zones=3),
            log_routing=FireLens(delivery_stream=stream),
        ),
        front=HttpFront(own, "Front", authorization=authorization),
        routes=ROUTES,
        mesh=EventMesh(own, "Mesh"),
        subscribes=[event],
    )


@pytest.mark.long
def test_no_checker_has_a_finding_that_is_not_acknowledged(
    new_app: Callable[..., App], order_placed: type[EventContract], tmp_path: Path
) -> None:
    app = new_app(validator=True)
    add_every_pack(app)
    compose(app, order_placed)
    synthesized = Path(app.synth().directory)  # raises on a finding of a pack or of CloudFormation's rules
    wrong = tmp_path / "wrong.template.json"
    wrong.write_text(json.dumps({"Resources": {"Queue": cfn_lint.WRONG_QUEUE}}))

    findings = cfn_lint.findings(
        *(synthesized / f"{name}.template.json" for name in ("Network", "Service", "Own")), wrong
    )

    assert len(findings) == 1, findings
    assert findings[0].startswith("[E3034")
