"""CDK constructs for MACH: one typed construct gives a microservice its compute, stores, routes, events and alarms."""

from mach_constructs.api.authorization import Authorization, JwtAtGateway, JwtInService
from mach_constructs.api.call import Call
from mach_constructs.api.cors import Cors
from mach_constructs.api.custom_domain import CustomDomain, DomainOfApi, MutualTls
from mach_constructs.api.http_front import HttpFront
from mach_constructs.api.lambda_authorizer import LambdaAuthorizer
from mach_constructs.api.route import Route
from mach_constructs.api.throttle import Throttle
from mach_constructs.api.throttling import RouteThrottles
from mach_constructs.compute.async_invocation import AsyncInvocation
from mach_constructs.compute.compute import Compute, HandlerUse, Workload
from mach_constructs.compute.existing_function import ExistingFunction
from mach_constructs.compute.fargate.fargate_compute import FargateCompute
from mach_constructs.compute.fargate.fargate_service import FargateService
from mach_constructs.compute.fargate.scaling import WebScaling, WorkerScaling
from mach_constructs.compute.fargate.sidecars import FireLens, Tracing
from mach_constructs.compute.fargate.spot_mix import SpotMix
from mach_constructs.compute.fargate.web_service import WebService
from mach_constructs.compute.fargate.worker_service import WorkerService
from mach_constructs.compute.function_options import FunctionOptions
from mach_constructs.compute.lambda_compute import LambdaCompute
from mach_constructs.compute.rollout import Rollout, Shift
from mach_constructs.compute.service_function import ServiceFunction
from mach_constructs.events.bus_log import BusLog
from mach_constructs.events.consumer import Consumer
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_access import Publisher
from mach_constructs.events.event_contract import Event, EventContract
from mach_constructs.events.event_definition import EventDefinition
from mach_constructs.events.event_forwarding import EventForwarding
from mach_constructs.events.event_log import CatchAllLog, EventLog
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.fanout import Fanout
from mach_constructs.events.fanout_endpoint import FanoutEndpoint
from mach_constructs.events.fanout_subscription import FanoutSubscription
from mach_constructs.events.filter_policy import FilterPolicy
from mach_constructs.events.mesh_rules import Redelivery
from mach_constructs.events.relay import OutboxRelay
from mach_constructs.events.stream_consumer import StreamConsumer, StreamReading
from mach_constructs.events.stream_target import StreamTarget
from mach_constructs.events.subscription import Subscription
from mach_constructs.events.webhook import Webhook
from mach_constructs.events.webhook_authorization import ApiKey, Basic, ClientCredentials, WebhookAuthorization
from mach_constructs.microservice import Microservice
from mach_constructs.network.egress import Egress
from mach_constructs.network.service_network import ServiceNetwork
from mach_constructs.observability.alerts import Alerts, Severity
from mach_constructs.observability.cost import CostBudget
from mach_constructs.observability.objective import ServiceLevelObjective
from mach_constructs.observability.objective_alarms import ObjectiveAlarms
from mach_constructs.observability.observability import Observability
from mach_constructs.observability.request_metrics import RequestMetrics
from mach_constructs.observability.saved_queries import CorrelationQuery, ServiceQueries
from mach_constructs.observability.service_dashboard import ServiceDashboard, ServiceParts
from mach_constructs.observability.system_dashboard import SystemDashboard
from mach_constructs.observability.traces import ServiceTraces, TraceSampling
from mach_constructs.policy.mach_policy import MachPolicy
from mach_constructs.stores.billing import Billing, Capacity, OnDemand, Provisioned
from mach_constructs.stores.dynamodb_store import DynamoDbStore
from mach_constructs.stores.dynamodb_table import AttachedTable, DynamoDbTable
from mach_constructs.stores.existing_bucket import ExistingBucket
from mach_constructs.stores.existing_table import ExistingTable
from mach_constructs.stores.key import Key, KeyType
from mach_constructs.stores.network import StoreNetwork
from mach_constructs.stores.object_bucket import AttachedBucket, ObjectStoreBucket
from mach_constructs.stores.object_store import ObjectStore
from mach_constructs.stores.replica import Replica
from mach_constructs.stores.secondary_index import LocalSecondaryIndex, SecondaryIndex
from mach_constructs.stores.store import Access, AttachedStore, Removal, Store
from mach_constructs.stores.table_encryption import TableEncryption
from mach_constructs.workflow.retry import ANY_ERROR, Retry
from mach_constructs.workflow.step import Step
from mach_constructs.workflow.workflow import Workflow
from mach_constructs.workflow.workflow_start import WorkflowStart

__all__ = [
    "ANY_ERROR",
    "Access",
    "Alerts",
    "ApiKey",
    "AsyncInvocation",
    "AttachedBucket",
    "AttachedStore",
    "AttachedTable",
    "Authorization",
    "Basic",
    "Billing",
    "BusLog",
    "Call",
    "Capacity",
    "CatchAllLog",
    "ClientCredentials",
    "Compute",
    "Consumer",
    "CorrelationQuery",
    "Cors",
    "CostBudget",
    "CustomDomain",
    "Delivery",
    "DomainOfApi",
    "DynamoDbStore",
    "DynamoDbTable",
    "Egress",
    "Event",
    "EventContract",
    "EventDefinition",
    "EventForwarding",
    "EventLog",
    "EventMesh",
    "ExistingBucket",
    "ExistingFunction",
    "ExistingTable",
    "Fanout",
    "FanoutEndpoint",
    "FanoutSubscription",
    "FargateCompute",
    "FargateService",
    "FilterPolicy",
    "FireLens",
    "FunctionOptions",
    "HandlerUse",
    "HttpFront",
    "JwtAtGateway",
    "JwtInService",
    "Key",
    "KeyType",
    "LambdaAuthorizer",
    "LambdaCompute",
    "LocalSecondaryIndex",
    "MachPolicy",
    "Microservice",
    "MutualTls",
    "ObjectStore",
    "ObjectStoreBucket",
    "ObjectiveAlarms",
    "Observability",
    "OnDemand",
    "OutboxRelay",
    "Provisioned",
    "Publisher",
    "Redelivery",
    "Removal",
    "Replica",
    "RequestMetrics",
    "Retry",
    "Rollout",
    "Route",
    "RouteThrottles",
    "SecondaryIndex",
    "ServiceDashboard",
    "ServiceFunction",
    "ServiceLevelObjective",
    "ServiceNetwork",
    "ServiceParts",
    "ServiceQueries",
    "ServiceTraces",
    "Severity",
    "Shift",
    "SpotMix",
    "Step",
    "Store",
    "StoreNetwork",
    "StreamConsumer",
    "StreamReading",
    "StreamTarget",
    "Subscription",
    "SystemDashboard",
    "TableEncryption",
    "Throttle",
    "TraceSampling",
    "Tracing",
    "WebScaling",
    "WebService",
    "Webhook",
    "WebhookAuthorization",
    "WorkerScaling",
    "WorkerService",
    "Workflow",
    "WorkflowStart",
    "Workload",
]
