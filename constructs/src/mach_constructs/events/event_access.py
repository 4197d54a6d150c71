"""Who outside the account may publish on a bus."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from mach_constructs.events.event_names import require_source
from mach_constructs.naming import pascal_case
from mach_constructs.tokens import is_unresolved

_LONGEST_STATEMENT_ID = 64
_ACCOUNT = re.compile(r"\d{12}")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Who may publish on a mesh from outside its account: `EventMesh(publishers=[Publisher(account="111122223333")])`.

    A role of theirs needs `events:PutEvents` on the bus too. EventBridge charges the sender for each event.

    Attributes:
        account: An account's 12 digits.
        organization: Or an AWS organization, whose accounts all may: "o-" and 10 to 32 letters and digits.
        source_prefix: What the `source` of their events must begin with, such as "partner."; they cannot speak in
            anybody else's name.

    Raises:
        ValueError: Neither or both are named, one is malformed, or the prefix could not begin a source.

    Example:
        EventMesh(self, "Mesh", publishers=[Publisher(account="111122223333", source_prefix="partner.")])
    """

    source_prefix: str
    account: str | None = None
    organization: str | None = None

    def __post_init__(self) -> None:
        if (self.account is None) == (self.organization is None):
            raise ValueError(
                "a publisher must have either an account or an organization, got "
                f"{'neither' if self.account is None else 'both'}"
            )
        _require("account", self.account, _ACCOUNT, "12 digits")
        _require("organization", self.organization, _ORGANIZATION, "o- and 10 to 32 lower-case letters and digits")
        require_source("source_prefix", self.source_prefix)


def _require(argument: str, value: str | None, form: re.Pattern[str], words: str) -> None:
    if value is not None and not is_unresolved(value) and not form.fullmatch(value):
        raise ValueError(f"{argument} must be {words}, got {value!r}")


def let_publish(scope: Construct, bus: events.IEventBus, publisher: Publisher) -> events.CfnEventBusPolicy:
    """Let somebody from outside publish on a bus.

    Args:
        scope: Parent construct; the policy is its child, named after whom it lets in, and in whose name.
        bus: The bus, of this account.
        publisher: Who, and in whose name.

    Returns:
        The statement of the bus's resource policy, of which a bus has 10,240 characters.
    """
    conditions = {"StringLike": {"events:source": f"{publisher.source_prefix}*"}}
    if publisher.organization is None:
        principal: iam.IPrincipal = iam.AccountPrincipal(publisher.account)
    else:
        # Whoever is in the organization: anybody, whom the condition holds to it.
        principal = iam.AnyPrincipal()
        conditions["StringEquals"] = {"aws:PrincipalOrgID": publisher.organization}
    name = _id_of(publisher)
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    statement_id = name if len(name) <= _LONGEST_STATEMENT_ID else f"{name[: _LONGEST_STATEMENT_ID - 8]}{digest}"
    statement = iam.PolicyStatement(
        sid=statement_id,
        actions=["events:PutEvents"],
        principals=[principal],
        resources=[bus.event_bus_arn],
        conditions=conditions,
    )
    return events.CfnEventBusPolicy(
        scope,
        name,
        event_bus_name=bus.event_bus_name,
        statement_id=statement_id,
        statement=statement.to_statement_json(),
    )


def require_distinct(publishers: Sequence[Publisher]) -> None:
    """Check that nobody is let in twice.

    Args:
        publishers: Who may publish.

    Raises:
        ValueError: Two say the same.
    """
    names = [_id_of(publisher) for publisher in publishers]
    for name, publisher in zip(names, publishers, strict=True):
        if names.count(name) > 1:
            raise ValueError(f"publishers must be distinct, got {publisher} twice")


def _id_of(publisher: Publisher) -> str:
    who = publisher.account or publisher.organization or ""
    kind = "Organization" if publisher.account is None else "Account"
    return pascal_case(f"{kind} {'' if is_unresolved(who) else who} {publisher.source_prefix}")
