"""What the payment provider and the shop know of each other, and nobody else."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge

_LENGTH = 48
"""Characters of letters and digits: 285 bits, more than HMAC-SHA256 has use for."""


class PaymentCredentialsStack(Stack):
    """The secrets that the shop and its payment provider share; they outlive the stack.

    They have a stack of their own, so that neither the payments service nor the built-in provider needs the other's.
    With another provider, what it gave the shop is put into them.

    Attributes:
        api_key_arn: What the shop shows the provider with each call.
        webhook_secret_arn: What the provider signs its webhooks with.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, description="Storefront: credentials of the payment provider")
        self.api_key_arn = self._secret("ApiKey", "What the payments service shows the payment provider")
        self.webhook_secret_arn = self._secret("WebhookSecret", "What the payment provider signs its webhooks with")

    def _secret(self, id: str, description: str) -> str:
        secret = secretsmanager.CfnSecret(
            self,
            id,
            description=description,
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                exclude_punctuation=True, password_length=_LENGTH
            ),
        )
        secret.apply_removal_policy(RemovalPolicy.RETAIN)
        acknowledge(
            secret,
            ["AwsSolutions::AwsSolutions-SMG4"],
            reason="a provider's credentials change at the provider first, so no schedule of ours can rotate them; who "
            "puts a new value here is followed within five minutes, for it is read at run time",
        )
        # Not `ref`, which every CloudFormation but AWS's own takes for the name.
        return secret.attr_id


def payment_credentials(app: Construct) -> PaymentCredentialsStack:
    """Give the app's stack of credentials, which whoever asks first adds.

    Args:
        app: The app.
    """
    found = app.node.try_find_child("PaymentCredentials")
    return found if isinstance(found, PaymentCredentialsStack) else PaymentCredentialsStack(app, "PaymentCredentials")
