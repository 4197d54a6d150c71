"""Headers by which the gateway says what it knows of a request.

The integration overwrites each of them, so no client can forge one; handlers do not see them.
"""

REQUEST_ID = "x-gateway-request-id"
SOURCE_IP = "x-gateway-source-ip"
DOMAIN_NAME = "x-gateway-domain-name"
API_ID = "x-gateway-api-id"
ACCOUNT_ID = "x-gateway-account-id"
STAGE = "x-gateway-stage"

CONTEXT_VARIABLES = {
    REQUEST_ID: "requestId",
    SOURCE_IP: "identity.sourceIp",
    DOMAIN_NAME: "domainName",
    API_ID: "apiId",
    ACCOUNT_ID: "accountId",
    STAGE: "stage",
}
"""Each header and the gateway's `$context` variable that fills it."""
