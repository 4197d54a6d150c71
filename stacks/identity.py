"""Who may call the storefront: one user pool, its scopes, and the app clients that are given them."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge

_VERBS = {"write": "Change", "read": "Read"}


class Identity(Construct):
    """The user pool, a machine client for merchants and a public client for customers.

    Creates a Cognito user pool (Essentials tier: free up to 10,000 monthly active users, then billed by user), a domain
    for its OAuth token endpoint, one resource server for each service in `scopes`, and two app clients. Machine tokens
    are billed by request. The pool is retained and protected from deletion, because it holds people's accounts.

    Args:
        scope: Parent construct.
        id: Construct id.
        scopes: What merchants' tokens may be given: a service and what it lets them do, such as "orders/write" or
            "orders/read".

    Attributes:
        user_pool: The pool that issues every token.
        domain: Where Cognito serves the OAuth token endpoint.
        merchant_client: Confidential client; gets tokens with all of `scopes` by client credentials. Cognito keeps its
            secret; no template and no environment variable carries it.
        customer_client: Public client without a secret; people sign in by SRP and never get a scope of a service.
        issuer: The ``iss`` of every token, and the base of the key set's URL.
    """

    def __init__(self, scope: Construct, id: str, *, scopes: Sequence[str]) -> None:
        super().__init__(scope, id)
        self.user_pool = cognito.UserPool(
            self,
            "UserPool",
            sign_in_aliases=cognito.SignInAliases(email=True, username=True),
            self_sign_up_enabled=True,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            # NIST SP 800-63B asks for length rather than composition; AwsSolutions-COG1 asks for both.
            password_policy=cognito.PasswordPolicy(
                min_length=12, require_digits=True, require_lowercase=True, require_symbols=True, require_uppercase=True
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.user_pool,
            ["AwsSolutions::AwsSolutions-COG2"],
            reason="shoppers choose their second factor (TOTP is on offer); no privilege hangs on a password, because "
            "write scopes are granted to the machine client alone",
        )
        acknowledge(
            self.user_pool,
            ["AwsSolutions::AwsSolutions-COG8"],
            reason="threat protection (Plus) watches password sign-in, which here gives access to a shopper's own data "
            "only; SRP keeps passwords off the wire, 12 characters of four kinds are required and Cognito throttles "
            "guesses",
        )
        # A domain prefix is unique in a whole region, hence the account's number in it.
        self.domain = self.user_pool.add_domain(
            "Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"storefront-{Aws.ACCOUNT_ID}")
        )
        self.merchant_client = self.user_pool.add_client(
            "Merchant",
            generate_secret=True,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(client_credentials=True),
                scopes=[
                    scope
                    for service, actions in _by_service(scopes).items()
                    for scope in self._scopes_of(service, actions)
                ],
            ),
            access_token_validity=Duration.hours(1),
        )
        self.customer_client = self.user_pool.add_client(
            "Customer",
            # A password is taken from callers with AWS credentials only, such as `make token CUSTOMER=name`.
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            disable_o_auth=True,
            access_token_validity=Duration.hours(1),
            prevent_user_existence_errors=True,
        )
        # Spelt out, as not every CloudFormation knows the pool's attribute ProviderURL.
        stack = Stack.of(self)
        self.issuer = f"https://cognito-idp.{stack.region}.{stack.url_suffix}/{self.user_pool.user_pool_id}"

    def _scopes_of(self, service: str, actions: Sequence[str]) -> list[cognito.OAuthScope]:
        scopes = [
            cognito.ResourceServerScope(
                scope_name=action, scope_description=f"{_VERBS[action]} what the {service} service holds"
            )
            for action in actions
        ]
        resource_server = self.user_pool.add_resource_server(service.title(), identifier=service, scopes=scopes)
        return [cognito.OAuthScope.resource_server(resource_server, scope) for scope in scopes]


def _by_service(scopes: Sequence[str]) -> dict[str, list[str]]:
    services: dict[str, list[str]] = {}
    for scope in scopes:
        service, _, action = scope.partition("/")
        services.setdefault(service, []).append(action)
    return services
