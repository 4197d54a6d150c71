"""Who gets which token."""

from aws_cdk.assertions import Match, Template

from stacks.services import services
from tests.storefront_app import template_of


def template() -> Template:
    return Template.from_json(template_of("Platform"))


def test_merchants_get_the_write_scopes_by_client_credentials() -> None:
    template().has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": [
                {"Fn::Join": ["", [Match.any_value(), "/write"]]} for service in services() if service.scopes
            ],
            "GenerateSecret": True,
        },
    )


def test_customers_get_no_scope_of_a_service() -> None:
    template().has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlowsUserPoolClient": False,
            "AllowedOAuthScopes": Match.absent(),
            "GenerateSecret": Match.absent(),
        },
    )


def test_the_accounts_outlive_the_stack() -> None:
    template().has_resource("AWS::Cognito::UserPool", {"DeletionPolicy": "Retain"})
    template().has_resource_properties("AWS::Cognito::UserPool", {"DeletionProtection": "ACTIVE"})
