"""How tasks without public addresses reach AWS: interface endpoints or NAT gateways, whichever is cheaper."""

from __future__ import annotations

from enum import Enum

_HOURS_A_MONTH = 730

# List prices in USD of us-east-1, read in November 2026; other regions differ in level more than in proportion.
# https://aws.amazon.com/privatelink/pricing/ and https://aws.amazon.com/vpc/pricing/
_ENDPOINT_HOUR = 0.01
_ENDPOINT_GIGABYTE = 0.01
_NAT_HOUR = 0.045
_NAT_GIGABYTE = 0.045
_PUBLIC_ADDRESS_HOUR = 0.005


class Egress(Enum):
    """What leads out of the subnets that tasks run in."""

    CHEAPEST = "cheapest"
    """Endpoints or NAT gateways, whichever costs less at list price."""

    ENDPOINTS = "endpoints"
    """Interface endpoints only: the tasks reach the AWS services named and nothing else."""

    NAT = "nat"
    """A NAT gateway in each zone: the tasks reach the internet."""


def monthly_cost(egress: Egress, *, endpoints: int, zones: int, gigabytes: int) -> float:
    """Give what a way out costs.

    An endpoint costs 0.01 USD an hour in each zone and 0.01 USD a GB. A NAT gateway costs 0.045 USD an hour and another
    0.005 for its public address, and 0.045 USD a GB. So in every zone five endpoints cost by the hour what one NAT
    gateway does; with fewer the endpoints always win, with more they win from some traffic on: 0.035 USD a GB less.
    What goes to S3 (where ECR keeps the layers of images) and DynamoDB costs nothing either way: both have gateway
    endpoints here.

    Args:
        egress: `ENDPOINTS` or `NAT`.
        endpoints: Number of interface endpoints.
        zones: Availability zones.
        gigabytes: Traffic a month, besides S3 and DynamoDB.

    Returns:
        USD a month, of 730 hours.

    Raises:
        ValueError: `egress` is no single way.
    """
    if egress is Egress.ENDPOINTS:
        return _HOURS_A_MONTH * endpoints * zones * _ENDPOINT_HOUR + gigabytes * _ENDPOINT_GIGABYTE
    if egress is Egress.NAT:
        return _HOURS_A_MONTH * zones * (_NAT_HOUR + _PUBLIC_ADDRESS_HOUR) + gigabytes * _NAT_GIGABYTE
    raise ValueError(f"egress must be ENDPOINTS or NAT to have a price, got {egress.name}")


def cheapest(*, endpoints: int, zones: int, gigabytes: int) -> Egress:
    """Give the cheaper way out; the endpoints when both cost the same, because they lead to less.

    Args:
        endpoints: Number of interface endpoints.
        zones: Availability zones.
        gigabytes: Traffic a month, besides S3 and DynamoDB.
    """
    return min(
        (Egress.ENDPOINTS, Egress.NAT),
        key=lambda egress: round(monthly_cost(egress, endpoints=endpoints, zones=zones, gigabytes=gigabytes), 6),
    )
