from local.deployment import reason


def test_of_a_failed_deployment_it_is_what_cloudformation_said_of_the_first_resource() -> None:
    said = [
        "INFO Deployment alarm enabled on Service may cause a circular dependency error",
        "Inventory | 2/8 | 9:35:57 AM | CREATE_FAILED           | AWS::ECS::Service     | Web/Service no task came up",
        "Inventory | 3/8 | 9:35:58 AM | DELETE_FAILED           | AWS::EC2::VPC         | Vpc is in use",
        "❌  Inventory failed to deploy",
    ]

    assert reason(said) == "Web/Service no task came up"


def test_a_hint_that_speaks_of_errors_is_none() -> None:
    assert reason(["INFO this may cause an error", "SyntaxError: invalid syntax", "at line 3"]) == (
        "SyntaxError: invalid syntax"
    )
