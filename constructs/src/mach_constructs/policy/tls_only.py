"""Nothing travels in the clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mach_constructs.policy.json_values import at, each, is_false, is_true, objects, texts
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp

# The policy that refuses requests without TLS, and what in it names the resource.
_POLICIES: Mapping[str, tuple[str, str]] = {
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
}
_SWITCHES: Mapping[str, tuple[str, ...]] = {
    "AWS::OpenSearchService::Domain": ("DomainEndpointOptions", "EnforceHTTPS"),
    "AWS::ElastiCache::ReplicationGroup": ("TransitEncryptionEnabled",),
}


class TlsOnly:
    """Queues, topics and buckets refuse requests that do not come over TLS; so do search domains and caches.

    For the first three that is a statement that denies everybody everything if `aws:SecureTransport` is false
    (https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5).
    """

    name = "TlsOnly"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        refusing = {
            target
            for policy_type, names in _POLICIES.values()
            for policy in app.assembly.of_type(policy_type)
            if any(_refuses(statement) for statement in objects(policy.get("PolicyDocument", "Statement")))
            for target in app.references.targets(policy.template, each(policy.get(names)))
        }
        for resource in app.assembly.of_type(*_POLICIES):
            if resource not in refusing:
                yield self._finding(resource, "", "Give the construct `enforce_ssl=True`.")
        for resource in app.assembly.of_type(*_SWITCHES):
            keys = _SWITCHES[resource.type]
            if not is_true(resource.get(*keys)):
                yield self._finding(resource, ".".join(keys), f"Set {'.'.join(keys)} to true.")

    def _finding(self, resource: Resource, place: str, fix: str) -> Finding:
        message = f"{resource.construct} ({resource.type}) accepts requests without TLS"
        return Finding(self.name, resource, message, fix, place)


def _refuses(statement: Mapping[str, object]) -> bool:
    principal = statement.get("Principal")
    return (
        statement.get("Effect") == "Deny"
        and ("*" in texts(principal) or "*" in texts(at(principal, "AWS")))
        and is_false(at(statement, "Condition", "Bool", "aws:SecureTransport"))
    )
