"""The HTTP API that all services share."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.api.added_routes import AddedRoutes
from mach_constructs.api.authorization import Authorization
from mach_constructs.api.cors import Cors, configure
from mach_constructs.api.custom_domain import CustomDomain, DomainOfApi, require_endpoint
from mach_constructs.api.http_api import create_api, create_stage, create_unmatched_route, require_wait
from mach_constructs.api.throttle import FASTEST, LARGEST_BURST
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.observability.resource_alarms import api_alarms
from mach_constructs.validation import require_between

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_MOST_METRIC_FILTERS = 100
_DEFAULT_RATE, _DEFAULT_BURST = 1_000, 2_000


class HttpFront(Construct):
    """An HTTP API (API Gateway v2) whose routes live in the services' own stacks.

    Creates the API with a `$default` stage that deploys itself, JSON access logs, throttling, an alarm on server
    errors, and a function that answers whatever no route matches with a 404 as problem+json. Costs per request only.

    Example:
        ```python
        HttpFront(
            self,
            "Front",
            authorization=JwtAtGateway(issuer=issuer, client_ids=[client_id]),
            cors=Cors(origins=["https://shop.example"]),
            domain=CustomDomain("api.shop.example", certificate=certificate, hosted_zone=zone),
        )
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        authorization: How routes with scopes are protected; without it only public routes can be added.
        cors: What browsers of other origins may do; by default nothing.
        domain: A name of your own.
        default_endpoint: Whether the API answers at the name that AWS gives it too.
        requests_per_second: Sustained rate of all callers together, beyond which calls get 429, 1 to 10,000; 1,000 by
            default.
        burst: Requests above that rate accepted at once, 1 to 5,000; 2,000 by default.
        timeout: How long the API waits for a service before it answers 503, 50 ms to 30 s,
            which is the default.
        log_retention: How long access logs are kept; a month by default.
        existing: An API to add routes to, instead of a new one. Its stage, logs and default route remain its owner's.

    Raises:
        ValueError: A number is out of range, arguments for a new API come with an existing one, or nothing would lead
            to the API.
    """

    api: apigwv2.IHttpApi
    """The API."""
    stage: apigwv2.HttpStage | None
    """Its `$default` stage; None for an existing API."""
    access_logs: logs.LogGroup | None
    """Its access logs; None for an existing API."""
    unmatched_route: ServiceFunction | None
    """What answers requests that no route matches; None for an existing API."""
    authorization: Authorization | None
    """How routes with scopes are protected."""
    authorizer: apigwv2.IHttpRouteAuthorizer | None
    """The gateway's authorizer, if it is the gateway that checks tokens."""
    domain: DomainOfApi | None
    """Its name of your own with what leads to it, if it has one."""
    default_endpoint: bool
    """Whether it answers at the name that AWS gives it."""
    added: AddedRoutes
    """The routes that this app adds."""
    timeout: Duration | None
    """How long the API waits for a service; None is 30 s."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on server errors and on the default route's function."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        authorization: Authorization | None = None,
        cors: Cors | None = None,
        domain: CustomDomain | None = None,
        default_endpoint: bool = True,
        requests_per_second: int | None = None,
        burst: int | None = None,
        timeout: Duration | None = None,
        log_retention: logs.RetentionDays | None = None,
        existing: apigwv2.IHttpApi | None = None,
    ) -> None:
        own = {
            "cors": cors,
            "domain": domain,
            "default_endpoint": None if default_endpoint else False,
            "requests_per_second": requests_per_second,
            "burst": burst,
            "log_retention": log_retention,
        }
        for argument, value in own.items():
            if existing is not None and value is not None:
                raise ValueError(f"{argument} must not be given with an existing API, whose owner sets it")
        rate = _DEFAULT_RATE if requests_per_second is None else requests_per_second
        burst = _DEFAULT_BURST if burst is None else burst
        require_between("requests_per_second", rate, 1, FASTEST)
        require_between("burst", burst, 1, LARGEST_BURST)
        require_wait(timeout)
        require_endpoint(domain, default_endpoint=default_endpoint)
        super().__init__(scope, id)
        self._metric_filters = 0
        self.default_endpoint = default_endpoint
        self.timeout = timeout
        self.stage, self.access_logs, self.unmatched_route, self.domain = None, None, None, None
        self.alarms = ()
        self._name = domain.name if domain else None
        if existing is not None:
            self.api = existing
        else:
            self.unmatched_route = create_unmatched_route(self)
            self.alarms += self.unmatched_route.alarms
            api = create_api(self, unmatched=self.unmatched_route.function, default_endpoint=default_endpoint)
            if cors is not None:
                configure(api, cors, AddedRoutes.of(api))
            self.api = api
            self.access_logs = logs.LogGroup(
                self, "AccessLogs", retention=log_retention or logs.RetentionDays.ONE_MONTH
            )
            self.stage = create_stage(self, api, self.access_logs, rate=rate, burst=burst)
            if domain is not None:
                self.domain = DomainOfApi(self, "Domain", domain=domain, api=api, stage=self.stage)
            self.alarms += api_alarms(self, api, requests_per_second=rate)
        self.added = AddedRoutes.of(self.api)
        self.authorization = authorization
        self.authorizer = authorization.authorizer(self, self.api) if authorization else None
        if self.authorizer is not None:
            self.added.quotas.add_authorizer(self)
        if self.unmatched_route is not None:
            self.added.quotas.add_routes(self, 1)
            self.added.quotas.add_integration(self)

    def require_metric_filters(self, count: int) -> logs.LogGroup:
        """Give the access logs if they take so many more metric filters.

        Args:
            count: How many, of the 100 that a log group takes.

        Returns:
            The access logs.

        Raises:
            ValueError: They take fewer, or the API is an existing one, whose access logs are its owner's.
        """
        if self.access_logs is None:
            raise ValueError("objective needs an HttpFront that creates its API, whose access logs it is measured by")
        if self._metric_filters + count > _MOST_METRIC_FILTERS:
            raise ValueError(
                f"objective needs {count} metric filters on the access logs of {self.node.path}, which has "
                f"{self._metric_filters} of the {_MOST_METRIC_FILTERS} AWS allows: give some services another front"
            )
        return self.access_logs

    def take_metric_filters(self, count: int) -> logs.LogGroup:
        """Give the access logs to a caller who puts metric filters on them.

        Args:
            count: How many.

        Returns:
            The access logs.

        Raises:
            ValueError: As `require_metric_filters`.
        """
        access_logs = self.require_metric_filters(count)
        self._metric_filters += count
        return access_logs

    @property
    def url(self) -> str:
        """Base URL, without a slash at the end: that of the domain, if there is one."""
        return f"https://{self._name}" if self._name else self.api.api_endpoint
