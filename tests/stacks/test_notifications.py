"""What the function of the notifications service may do."""

from aws_cdk.assertions import Template

from notifications.delivery import CLAIM_SECONDS
from tests.stacks.granted import granted
from tests.storefront_app import template_of

READS = {"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"}
WRITES = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def template() -> Template:
    return Template.from_json(template_of("Notifications"))


def test_the_function_reads_and_writes_its_table_and_scans_nothing() -> None:
    actions = {action for action in granted("Notifications", "NotificationsEvents") if action.startswith("dynamodb:")}
    assert actions == READS | WRITES


def test_it_sends_from_the_one_identity_through_the_one_configuration_set() -> None:
    (sending,) = (
        statement
        for resource in template_of("Notifications")["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if "ses:" in str(statement["Action"])
    )
    assert sending["Action"] == "ses:SendEmail"
    assert [arn["Fn::Join"][1][-2] for arn in sending["Resource"]] == [":configuration-set/", ":identity/"]
    referred = {arn["Fn::Join"][1][-1]["Ref"] for arn in sending["Resource"]}
    ours = template().find_resources("AWS::SES::EmailIdentity").keys()
    assert referred == ours | template().find_resources("AWS::SES::ConfigurationSet").keys()


def test_addresses_that_bounced_or_complained_are_not_written_to() -> None:
    template().has_resource_properties(
        "AWS::SES::ConfigurationSet", {"SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}}
    )


def test_a_claim_outlives_the_function_and_has_run_out_when_the_queue_delivers_again() -> None:
    (events,) = (
        function["Properties"]
        for name, function in template().find_resources("AWS::Lambda::Function").items()
        if name.startswith("NotificationsEvents")
    )
    pauses = [
        queue["Properties"]["VisibilityTimeout"]
        for queue in template().find_resources("AWS::SQS::Queue").values()
        if "VisibilityTimeout" in queue["Properties"]
    ]
    assert events["Timeout"] < CLAIM_SECONDS < min(pauses)
