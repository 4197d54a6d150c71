"""Which resources a picture shows, and what it calls them."""

import re
from dataclasses import dataclass
from enum import Enum


class Category(Enum):
    """What a resource is for; pictures colour by it."""

    API = "api"
    COMPUTE = "compute"
    MESSAGING = "messaging"
    NETWORK = "network"
    OBSERVABILITY = "observability"
    OTHER = "other"
    STORE = "store"
    WORKFLOW = "workflow"


@dataclass(frozen=True)
class Kind:
    """A type of resource in a picture.

    Attributes:
        title: What AWS calls it, short.
        category: What it is for.
    """

    title: str
    category: Category


KINDS = {
    "AWS::ApiGatewayV2::Api": Kind("HTTP API", Category.API),
    "AWS::ApiGatewayV2::DomainName": Kind("custom domain", Category.API),
    "AWS::ApiGatewayV2::VpcLink": Kind("VPC link", Category.NETWORK),
    "AWS::CloudWatch::Alarm": Kind("CloudWatch alarm", Category.OBSERVABILITY),
    "AWS::CloudWatch::CompositeAlarm": Kind("composite alarm", Category.OBSERVABILITY),
    "AWS::CloudWatch::Dashboard": Kind("CloudWatch dashboard", Category.OBSERVABILITY),
    "AWS::CodeDeploy::DeploymentGroup": Kind("CodeDeploy deployment group", Category.COMPUTE),
    "AWS::DynamoDB::GlobalTable": Kind("DynamoDB", Category.STORE),
    "AWS::DynamoDB::Table": Kind("DynamoDB", Category.STORE),
    "AWS::EC2::VPC": Kind("VPC", Category.NETWORK),
    "AWS::EC2::VPCEndpoint": Kind("VPC endpoint", Category.NETWORK),
    "AWS::EC2::NatGateway": Kind("NAT gateway", Category.NETWORK),
    "AWS::ECS::Cluster": Kind("ECS cluster", Category.COMPUTE),
    "AWS::ECS::Service": Kind("Fargate service", Category.COMPUTE),
    "AWS::EventSchemas::Registry": Kind("schema registry", Category.OTHER),
    "AWS::EventSchemas::Schema": Kind("event schema", Category.OTHER),
    "AWS::Events::ApiDestination": Kind("API destination", Category.MESSAGING),
    "AWS::Events::Archive": Kind("event archive", Category.OTHER),
    "AWS::Events::Connection": Kind("EventBridge connection", Category.OTHER),
    "AWS::Events::EventBus": Kind("EventBridge bus", Category.MESSAGING),
    "AWS::KMS::Key": Kind("KMS key", Category.OTHER),
    "AWS::Kinesis::Stream": Kind("Kinesis stream", Category.MESSAGING),
    "AWS::Lambda::Function": Kind("Lambda", Category.COMPUTE),
    "AWS::Logs::LogGroup": Kind("log group", Category.OBSERVABILITY),
    "AWS::Logs::QueryDefinition": Kind("Logs Insights query", Category.OBSERVABILITY),
    "AWS::S3::Bucket": Kind("S3", Category.STORE),
    "AWS::SNS::Topic": Kind("SNS topic", Category.MESSAGING),
    "AWS::SQS::Queue": Kind("SQS queue", Category.MESSAGING),
    "AWS::SecretsManager::Secret": Kind("secret", Category.OTHER),
    "AWS::ServiceDiscovery::HttpNamespace": Kind("Cloud Map namespace", Category.NETWORK),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": Kind("Cloud Map namespace", Category.NETWORK),
    "AWS::StepFunctions::StateMachine": Kind("state machine", Category.WORKFLOW),
    "AWS::XRay::Group": Kind("X-Ray group", Category.OBSERVABILITY),
    "AWS::XRay::SamplingRule": Kind("X-Ray sampling rule", Category.OBSERVABILITY),
}

# Wiring: shown as arrows, or as a part of what it belongs to, or not at all.
_WIRING = re.compile(
    r"AWS::IAM::.*|Custom::.*|AWS::CloudFormation::.*|AWS::CDK::.*|AWS::ApplicationAutoScaling::.*"
    r"|AWS::Cognito::UserPool.+"
    r"|AWS::ApiGatewayV2::(Route|Integration|Stage|ApiMapping|Authorizer)"
    r"|AWS::Events::(Rule|EventBusPolicy)"
    r"|AWS::Lambda::(Alias|EventInvokeConfig|EventSourceMapping|Permission|Version)"
    r"|AWS::S(3|NS|QS)::(Bucket|Topic|Queue)Policy|AWS::SNS::Subscription"
    r"|AWS::ECS::(TaskDefinition|ClusterCapacityProviderAssociations)|AWS::ServiceDiscovery::Service"
    r"|AWS::StepFunctions::StateMachine(Alias|Version)"
    r"|AWS::EC2::(Subnet.*|RouteTable|Route|InternetGateway|VPCGatewayAttachment|EIP|SecurityGroup.*|FlowLog|NetworkAcl.*)"
)


def is_shown(resource_type: str) -> bool:
    """Whether a resource of a type is a part of its own in a picture.

    Args:
        resource_type: CloudFormation's name of the type.
    """
    return not _WIRING.fullmatch(resource_type)


def kind_of(resource_type: str) -> Kind:
    """What a type is called; one that is not listed is called what CloudFormation calls it.

    Args:
        resource_type: CloudFormation's name of the type.
    """
    if resource_type in KINDS:
        return KINDS[resource_type]
    _, service, name = (*resource_type.split("::"), "", "")[:3]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return Kind(f"{service} {words}".strip(), Category.OTHER)
