"""Logs end some day."""

from __future__ import annotations

from collections.abc import Iterator

from mach_constructs.policy.rule import Finding, SynthesizedApp


class RetentionSet:
    """Every log group says how long it keeps logs, and every function writes to one that does.

    A group without retention is kept, and paid for, for ever; so is the one that Lambda creates for a function which
    names none (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html).
    """

    name = "RetentionSet"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        for group in app.assembly.of_type("AWS::Logs::LogGroup"):
            if group.get("RetentionInDays") is None:
                message = f"{group.construct} keeps logs for ever"
                yield Finding(self.name, group, message, "Give the log group a `retention`.", "RetentionInDays")
        limited = {
            target
            for retention in app.assembly.of_type("Custom::LogRetention")
            for target in app.references.targets(retention.template, retention.get("LogGroupName"))
        }
        named = {
            app.references.text(group.template, group.get("LogGroupName"))
            for group in app.assembly.of_type("AWS::Logs::LogGroup")
        }
        for function in app.assembly.of_type("AWS::Lambda::Function"):
            by_default = f"/aws/lambda/<{function.construct}>"
            if (
                function.get("LoggingConfig", "LogGroup") is None
                and function not in limited
                and by_default not in named
            ):
                message = f"{function.construct} logs to a group that Lambda creates and keeps for ever"
                fix = "Give the function a `log_group` with a `retention`."
                yield Finding(self.name, function, message, fix, "LoggingConfig.LogGroup")
