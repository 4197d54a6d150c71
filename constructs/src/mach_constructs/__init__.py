"""CDK constructs for MACH: one typed construct gives a microservice its compute, stores, routes, events and alarms."""

from mach_constructs.api.authorization import Authorization, JwtAtGateway, JwtInService
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.route import Route
from mach_constructs.compute.lambda_compute import FunctionOptions, LambdaCompute
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import EventContract
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.relay import OutboxRelay
from mach_constructs.events.subscription import Subscription
from mach_constructs.microservice import Microservice
from mach_constructs.stores.dynamodb_store import DynamoDbStore, DynamoDbTable, SecondaryIndex
from mach_constructs.stores.object_store import ObjectStore, ObjectStoreBucket
from mach_constructs.stores.store import Access, AttachedStore, Removal, Store

__all__ = [
    "Access",
    "AttachedStore",
    "Authorization",
    "Delivery",
    "DynamoDbStore",
    "DynamoDbTable",
    "EventContract",
    "EventMesh",
    "FunctionOptions",
    "HttpFront",
    "JwtAtGateway",
    "JwtInService",
    "LambdaCompute",
    "Microservice",
    "ObjectStore",
    "ObjectStoreBucket",
    "OutboxRelay",
    "Removal",
    "Route",
    "SecondaryIndex",
    "ServiceFunction",
    "Store",
    "Subscription",
]
