"""A service keeps its state to itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mach_constructs.policy.json_values import at, each, texts
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp
from mach_constructs.policy.service import Service
from mach_constructs.policy.statements import Statement, allowed_on_resources, allowed_to_principals

_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_NAMED_TABLE = re.compile(r":dynamodb:[^:]*:[^:]*:table/([^/]+)")


class OwnTableOnly:
    """No service is granted another service's DynamoDB table, index or stream.

    Whose a table is, and whose a role, is said by `Services`. A table in a stack where nothing runs is nobody's, and
    one service may use it; as soon as there are two, both are named.
    """

    name = "OwnTableOnly"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        grants = list(dict.fromkeys(self._grants(app)))
        users: dict[Resource, list[Service]] = {}
        for table, user, _ in grants:
            users.setdefault(table, []).append(user)
        for table, user, statement in grants:
            owner = app.services.owner(table)
            if owner == user:
                continue
            if owner.runs:
                yield self._finding(statement, user, owner, f"table {table.construct} of service {owner}")
            elif others := [other for other in dict.fromkeys(users[table]) if other != user]:
                whose = f"table {table.construct}, which service {others[0]} uses too"
                yield self._finding(statement, user, others[0], whose)

    def _grants(self, app: SynthesizedApp) -> Iterator[tuple[Resource, Service, _Place]]:
        by_name = {name: table for table in app.assembly.of_type(*_TABLES) for name in texts(table.get("TableName"))}
        for statement in allowed_to_principals(app):
            tables = {
                table: None
                for resource in statement.resources
                for table in _tables(app, statement.holder, resource, by_name)
            }
            for table in tables:
                for user in _users(app, statement):
                    yield table, user, (statement.holder, statement.place)
        for statement in allowed_on_resources(app):
            if statement.holder.type in _TABLES:
                principals = at(statement.body, "Principal", "AWS")
                for role in app.references.targets(statement.holder.template, principals):
                    yield statement.holder, app.services.owner(role), (statement.holder, statement.place)

    def _finding(self, place: _Place, user: Service, owner: Service, whose: str) -> Finding:
        holder, where = place
        return Finding(
            f"{self.name}[{owner.name}]",
            holder,
            f"service {user} is granted {whose}",
            f"Ask {owner.name!r} by its API, or keep what {user.name!r} needs in a table of its own, fed by events. "
            f"The grant is {holder.construct}.",
            where,
        )


_Place = tuple[Resource, str]


def _tables(app: SynthesizedApp, holder: Resource, resource: object, by_name: dict[str, Resource]) -> list[Resource]:
    referred = [target for target in app.references.targets(holder.template, resource) if target.type in _TABLES]
    written = _NAMED_TABLE.search(app.references.text(holder.template, resource))
    named = by_name.get(written[1]) if written else None
    return referred or ([named] if named else [])


def _users(app: SynthesizedApp, statement: Statement) -> list[Service]:
    holder = statement.holder
    attached = [*each(holder.get("Roles")), *each(holder.get("Users")), *each(holder.get("Groups"))]
    # `AWS::IAM::RolePolicy` has one.
    attached += [name for name in (holder.get("RoleName"), holder.get("UserName"), holder.get("GroupName")) if name]
    principals = app.references.targets(holder.template, attached) if "Policy" in holder.type else []
    if holder.type == "AWS::IAM::ManagedPolicy":
        principals += [
            principal
            for principal in app.assembly.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
            if holder in app.references.targets(principal.template, principal.get("ManagedPolicyArns"))
        ]
    return list(dict.fromkeys(app.services.owner(principal) for principal in principals or [holder]))
