"""A name of your own for the API."""

import pytest
from aws_cdk import App, Environment, Stack, Token
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from mach_constructs import CustomDomain, HttpFront, MutualTls

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def certificate(platform: Stack) -> acm.ICertificate:
    return acm.Certificate.from_certificate_arn(platform, "Certificate", ARN)


@pytest.fixture
def zone(platform: Stack) -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(
        platform, "Zone", hosted_zone_id="Z1", zone_name="shop.example"
    )


def test_a_name_leads_to_the_api_over_tls_and_both_protocols(
    platform: Stack, certificate: acm.ICertificate, zone: route53.IHostedZone
) -> None:
    domain = CustomDomain("api.shop.example", certificate=certificate, hosted_zone=zone)
    front = HttpFront(platform, "Front", domain=domain)
    template = Template.from_stack(platform)
    template.has_resource_properties(
        "AWS::ApiGatewayV2::DomainName",
        {
            "DomainName": "api.shop.example",
            "DomainNameConfigurations": [
                {
                    "CertificateArn": ARN,
                    "EndpointType": "REGIONAL",
                    "IpAddressType": "dualstack",
                    "SecurityPolicy": "TLS_1_2",
                }
            ],
        },
    )
    template.has_resource_properties(
        "AWS::ApiGatewayV2::ApiMapping", {"Stage": "$default", "ApiId": {"Ref": Match.any_value()}}
    )
    for kind in ("A", "AAAA"):
        template.has_resource_properties(
            "AWS::Route53::RecordSet", {"Name": "api.shop.example.", "Type": kind, "HostedZoneId": "Z1"}
        )
    template.has_resource_properties("AWS::ApiGatewayV2::Api", {"DisableExecuteApiEndpoint": Match.absent()})
    assert front.url == "https://api.shop.example"
    assert front.domain is not None
    assert len(front.domain.records) == 2


def test_the_default_endpoint_can_be_switched_off(platform: Stack, certificate: acm.ICertificate) -> None:
    domain = CustomDomain("api.shop.example", certificate=certificate)
    front = HttpFront(platform, "Front", domain=domain, default_endpoint=False)
    template = Template.from_stack(platform)
    template.has_resource_properties("AWS::ApiGatewayV2::Api", {"DisableExecuteApiEndpoint": True})
    template.resource_count_is("AWS::Route53::RecordSet", 0)
    assert front.url == "https://api.shop.example"


def test_callers_can_be_asked_for_certificates(platform: Stack, certificate: acm.ICertificate) -> None:
    bucket = s3.Bucket.from_bucket_name(platform, "Bucket", "trust")
    tls = MutualTls(bucket=bucket, version="v1", ownership_certificate=certificate)
    domain = CustomDomain("api.shop.example", certificate=certificate, mutual_tls=tls)
    with pytest.raises(ValueError, match="default_endpoint must be off with mutual_tls"):
        HttpFront(platform, "Open", domain=domain)
    HttpFront(platform, "Front", domain=domain, default_endpoint=False)
    Template.from_stack(platform).has_resource_properties(
        "AWS::ApiGatewayV2::DomainName",
        {
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/truststore.pem", "TruststoreVersion": "v1"},
            "DomainNameConfigurations": [Match.object_like({"OwnershipVerificationCertificateArn": ARN})],
        },
    )


@pytest.mark.parametrize(
    "name", ["", "localhost", "https://api.shop.example", "API.shop.example", "api..example", "*.shop.example", "-a.b"]
)
def test_what_is_no_name_is_refused(certificate: acm.ICertificate, name: str) -> None:
    with pytest.raises(ValueError, match="name of a domain must look like"):
        CustomDomain(name, certificate=certificate)


def test_a_name_is_in_its_zone(certificate: acm.ICertificate, zone: route53.IHostedZone) -> None:
    CustomDomain("shop.example", certificate=certificate, hosted_zone=zone)
    for name in ("api.other.example", "api.myshop.example"):
        with pytest.raises(
            ValueError, match=f"name of a domain must be in its hosted_zone 'shop.example', got '{name}'"
        ):
            CustomDomain(name, certificate=certificate, hosted_zone=zone)


def test_what_is_known_only_at_deployment_passes(certificate: acm.ICertificate, zone: route53.IHostedZone) -> None:
    CustomDomain(Token.as_string({"Ref": "Name"}), certificate=certificate, hosted_zone=zone)


def test_the_certificate_is_in_the_apis_region(app: App) -> None:
    stack = Stack(app, "German", env=Environment(region="eu-central-1"))
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", ARN)
    with pytest.raises(ValueError, match="certificate must be in eu-central-1, the region of German, got 'arn:aws"):
        HttpFront(stack, "Front", domain=CustomDomain("api.shop.example", certificate=certificate))


def test_a_trust_store_is_in_the_apis_region(app: App) -> None:
    stack = Stack(app, "Irish", env=Environment(region="eu-west-1"))
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", ARN)
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="trust", region="eu-central-1")
    domain = CustomDomain("api.shop.example", certificate=certificate, mutual_tls=MutualTls(bucket=bucket))
    with pytest.raises(ValueError, match="bucket must be in eu-west-1, the region of Irish, got Irish/Bucket in eu-ce"):
        HttpFront(stack, "Front", default_endpoint=False, domain=domain)


def test_a_trust_store_has_a_key(platform: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(platform, "Bucket", "trust")
    with pytest.raises(ValueError, match="key must not be empty"):
        MutualTls(bucket=bucket, key="")
    with pytest.raises(ValueError, match="version must not be empty"):
        MutualTls(bucket=bucket, version="")
