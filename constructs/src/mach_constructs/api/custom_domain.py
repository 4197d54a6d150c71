"""A domain name of your own for an API."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs.regions import require_region, require_region_of_arn
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_text

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{4,253}}$)({_LABEL}\.)+{_LABEL}")


@dataclass(frozen=True, kw_only=True)
class MutualTls:
    """Callers show a certificate too, which one of your authorities has signed.

    Example:
        ```python
        CustomDomain("api.shop.example", certificate=certificate, mutual_tls=MutualTls(bucket=bucket))
        ```

    Attributes:
        bucket: The bucket with the trust store; version it, to be able to go back.
        key: The trust store in it, a PEM file of certificates.
        version: Version of that file; None takes what is newest when the domain is deployed.
        ownership_certificate: A public certificate of ACM that proves the domain is yours, when the domain's own
            certificate was imported or is signed by a private authority.

    Raises:
        ValueError: The key or the version is empty.
    """

    bucket: s3.IBucket
    key: str = "truststore.pem"
    version: str | None = None
    ownership_certificate: acm.ICertificate | None = None

    def __post_init__(self) -> None:
        require_text("key", self.key)
        if self.version is not None:
            require_text("version", self.version)


@dataclass(frozen=True)
class CustomDomain:
    """A name of your own, over TLS 1.2 or later, IPv4 and IPv6.

    Creates the domain name, its mapping to the API and, with a hosted zone, alias records. Costs nothing but the zone.

    Example:
        ```python
        HttpFront(
            self, "Front", default_endpoint=False,
            domain=CustomDomain("api.shop.example", certificate=certificate, hosted_zone=zone),
        )
        ```

    Attributes:
        name: The name, such as "api.shop.example".
        certificate: A certificate of ACM for it, in the API's own region.
        hosted_zone: Route 53 zone to add alias records to; without it point the name at `domain_name` yourself.
        mutual_tls: Ask callers for a certificate. The API must then have no default endpoint, which would not ask.

    Raises:
        ValueError: The name is no domain name, or is outside the zone.
    """

    name: str
    _: KW_ONLY
    certificate: acm.ICertificate
    hosted_zone: route53.IHostedZone | None = None
    mutual_tls: MutualTls | None = None

    def __post_init__(self) -> None:
        if is_unresolved(self.name):
            return
        if not _NAME.fullmatch(self.name):
            raise ValueError(f'name of a domain must look like "api.shop.example", got {self.name!r}')
        zone = self.hosted_zone.zone_name if self.hosted_zone else self.name
        if not is_unresolved(zone) and self.name != zone and not self.name.endswith(f".{zone}"):
            raise ValueError(f"name of a domain must be in its hosted_zone {zone!r}, got {self.name!r}")


class DomainOfApi(Construct):
    """What a `CustomDomain` is made of.

    Args:
        scope: Parent construct: the front.
        id: Construct id.
        domain: The domain.
        api: The API that answers.
        stage: Its stage.

    Raises:
        ValueError: The certificate or the trust store is in another region.

    Example:
        domain = CustomDomain("api.shop.example", certificate=certificate, hosted_zone=zone)
        DomainOfApi(self, "Domain", domain=domain, api=front.api, stage=front.stage)
    """

    domain_name: apigwv2.DomainName
    """The domain name; `regional_domain_name` is what the name must point at."""
    mapping: apigwv2.ApiMapping
    """What leads from it to the API."""
    mutual_tls: MutualTls | None
    """What certificates callers must have; None when they need none."""
    records: tuple[route53.IRecordSet, ...]
    """Alias records for IPv4 and IPv6; none without a hosted zone."""

    def __init__(
        self, scope: Construct, id: str, *, domain: CustomDomain, api: apigwv2.IHttpApi, stage: apigwv2.IStage
    ) -> None:
        require_region_of_arn("certificate", domain.certificate.certificate_arn, scope)
        if domain.mutual_tls is not None:
            require_region("bucket", domain.mutual_tls.bucket, scope)
        super().__init__(scope, id)
        tls = self.mutual_tls = domain.mutual_tls
        self.domain_name = apigwv2.DomainName(
            self,
            "DomainName",
            domain_name=domain.name,
            certificate=domain.certificate,
            endpoint_type=apigwv2.EndpointType.REGIONAL,
            security_policy=apigwv2.SecurityPolicy.TLS_1_2,
            ip_address_type=apigwv2.IpAddressType.DUAL_STACK,
            mtls=apigwv2.MTLSConfig(bucket=tls.bucket, key=tls.key, version=tls.version) if tls else None,
            ownership_certificate=tls.ownership_certificate if tls else None,
        )
        self.mapping = apigwv2.ApiMapping(self, "Mapping", api=api, domain_name=self.domain_name, stage=stage)
        self.records = self._records(domain.name, domain.hosted_zone) if domain.hosted_zone else ()

    def _records(self, name: str, zone: route53.IHostedZone) -> tuple[route53.IRecordSet, ...]:
        target = route53.RecordTarget.from_alias(
            targets.ApiGatewayv2DomainProperties(
                self.domain_name.regional_domain_name, self.domain_name.regional_hosted_zone_id
            )
        )
        return (
            route53.ARecord(self, "Ipv4", zone=zone, record_name=f"{name}.", target=target),
            route53.AaaaRecord(self, "Ipv6", zone=zone, record_name=f"{name}.", target=target),
        )


def require_endpoint(domain: CustomDomain | None, *, default_endpoint: bool) -> None:
    """Check that something leads to an API, and nothing past its domain's checks.

    Args:
        domain: Its domain, if it has one.
        default_endpoint: Whether it answers at the name that AWS gives it too.

    Raises:
        ValueError: There is neither, or the default endpoint would let callers in without a certificate.
    """
    if domain is None and not default_endpoint:
        raise ValueError("default_endpoint must not be off without a domain, for nothing would lead to the API")
    if domain is not None and domain.mutual_tls is not None and default_endpoint:
        raise ValueError("default_endpoint must be off with mutual_tls, for it asks callers for no certificate")
