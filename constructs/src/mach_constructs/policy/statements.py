"""Every statement by which a template allows something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mach_constructs.policy.json_values import at, each, objects, texts
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import SynthesizedApp

_ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_INLINE = ("AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy")
_PRINCIPALS = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
# Where a resource of this type keeps the policy about itself, and of its replicas.
_OF_RESOURCES: Mapping[str, tuple[str, ...]] = {
    "AWS::S3::BucketPolicy": ("PolicyDocument",),
    "AWS::SQS::QueuePolicy": ("PolicyDocument",),
    "AWS::SNS::TopicPolicy": ("PolicyDocument",),
    "AWS::KMS::Key": ("KeyPolicy",),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy",),
    "AWS::Events::EventBusPolicy": ("Statement",),
    "AWS::DynamoDB::Table": ("ResourcePolicy", "PolicyDocument"),
    "AWS::DynamoDB::GlobalTable": ("ResourcePolicy", "PolicyDocument"),
}


@dataclass(frozen=True)
class Statement:
    """One allowance.

    Attributes:
        holder: The resource that it stands in.
        place: Where in that.
        body: The statement itself.
    """

    holder: Resource
    place: str
    body: Mapping[str, object]

    @property
    def actions(self) -> list[str]:
        """Actions that it allows."""
        return texts(self.body.get("Action"))

    @property
    def resources(self) -> list[object]:
        """What it allows them on, as expressions."""
        return each(self.body.get("Resource"))


def allowed_to_principals(app: SynthesizedApp) -> Iterator[Statement]:
    """Give what roles, users and groups may do.

    Args:
        app: What was synthesized.
    """
    for policy in app.assembly.of_type(*_ATTACHED, *_INLINE):
        yield from _statements(policy, "PolicyDocument", policy.get("PolicyDocument"))
    for principal in app.assembly.of_type(*_PRINCIPALS):
        for number, policy_document in enumerate(objects(principal.get("Policies"))):
            place = f"Policies.{number}.PolicyDocument"
            yield from _statements(principal, place, policy_document.get("PolicyDocument"))


def allowed_on_resources(app: SynthesizedApp) -> Iterator[Statement]:
    """Give what resources allow others to do with them.

    Args:
        app: What was synthesized.
    """
    for holder in app.assembly.of_type(*_OF_RESOURCES):
        keys = _OF_RESOURCES[holder.type]
        yield from _statements(holder, ".".join(keys), holder.get(*keys))
        for number, replica in enumerate(objects(holder.get("Replicas"))):
            yield from _statements(holder, f"Replicas.{number}.{'.'.join(keys)}", at(replica, *keys))


def _statements(holder: Resource, place: str, document: object) -> Iterator[Statement]:
    for body in objects(at(document, "Statement") or document):
        if body.get("Effect") == "Allow":
            yield Statement(holder, place, body)
