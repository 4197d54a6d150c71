"""Questions to the logs that are asked again and again, saved in CloudWatch Logs Insights."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_logs as logs
from constructs import Construct

from mach_constructs.observability.weak_references import weak_log_group
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_text

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
_MOST_LOG_GROUPS = 50
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html, less their own.
_LONGEST_FOLDER = 255 - len("/Follow one correlation id 999")
_FIELDS = ["@timestamp", "service", "level", "message", "correlation_id", "event_id", "xray_trace_id"]


class ServiceQueries(Construct):
    """What went wrong by correlation id, which requests were slowest, and how long cold starts take.

    The queries read what functions of this library write: Lambda's JSON records, and JSON lines with `level`,
    `message`, `correlation_id` and, for a request that was answered, `route`, `status` and `duration_ms`. Saving them
    costs nothing; running one costs 5 USD a TB read. Their names, shown as folders, follow from the construct's path;
    names need not be unique.

    Example:
        ```python
        ServiceQueries(self, "Queries", folder="Catalog", log_groups=[function.log_group])
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        folder: Under which the console lists them, such as "Catalog"; at most 225
            characters.
        log_groups: What is asked, 1 to 50.

    Raises:
        ValueError: There is no log group, there are too many, or the folder's name is too long.
    """

    errors: logs.QueryDefinition
    """Errors by correlation id, those of most first."""
    slowest_requests: logs.QueryDefinition
    """The fifty that took longest."""
    cold_starts: logs.QueryDefinition
    """How many in an hour, and how long."""

    def __init__(self, scope: Construct, id: str, *, folder: str, log_groups: Sequence[logs.ILogGroup]) -> None:
        if not 1 <= len(log_groups) <= _MOST_LOG_GROUPS:
            raise ValueError(f"log_groups must be between 1 and {_MOST_LOG_GROUPS}, got {len(log_groups)}")
        _require_folder(folder)
        super().__init__(scope, id)
        self.errors = logs.QueryDefinition(
            self,
            "Errors",
            query_definition_name=f"{folder}/Errors by correlation id",
            log_groups=list(log_groups),
            query_string=logs.QueryString(
                filter_statements=["level in ['ERROR', 'CRITICAL']"],
                stats_statements=["count(*) as errors, latest(message) as last by correlation_id"],
                sort="errors desc",
                limit=100,
            ),
        )
        self.slowest_requests = logs.QueryDefinition(
            self,
            "SlowestRequests",
            query_definition_name=f"{folder}/Slowest requests",
            log_groups=list(log_groups),
            query_string=logs.QueryString(
                fields=["@timestamp", "route", "status", "duration_ms", "correlation_id", "xray_trace_id"],
                filter_statements=["ispresent(duration_ms)"],
                sort="duration_ms desc",
                limit=50,
            ),
        )
        self.cold_starts = logs.QueryDefinition(
            self,
            "ColdStarts",
            query_definition_name=f"{folder}/Cold starts",
            log_groups=list(log_groups),
            query_string=logs.QueryString(
                filter_statements=["type = 'platform.report' and ispresent(record.metrics.initDurationMs)"],
                stats_statements=[
                    "count(*) as starts, avg(record.metrics.initDurationMs) as average_ms, "
                    "pct(record.metrics.initDurationMs, 99) as p99_ms by @log, bin(1h)"
                ],
            ),
        )


def _require_folder(folder: str) -> None:
    require_text("folder", folder)
    if not is_unresolved(folder) and len(folder) > _LONGEST_FOLDER:
        raise ValueError(f"folder must have at most {_LONGEST_FOLDER} characters, got {len(folder)}")


class CorrelationQuery(Construct):
    """Follows one correlation id through every log group of a system: replace the id in the query and run it.

    A query reads 50 log groups, so a larger system has several, numbered.

    Example:
        ```python
        CorrelationQuery(self, "Correlation", folder="Shop", log_groups=groups)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        folder: Under which the console lists it; at most 225 characters.
        log_groups: What is asked, in any stack of the same account and region; referred to weakly.

    Raises:
        ValueError: There is no log group, or the folder's name is too long.
    """

    queries: tuple[logs.QueryDefinition, ...]
    """One for each 50 log groups."""

    def __init__(self, scope: Construct, id: str, *, folder: str, log_groups: Sequence[logs.ILogGroup]) -> None:
        if not log_groups:
            raise ValueError("log_groups must hold at least one log group, got none")
        _require_folder(folder)
        super().__init__(scope, id)
        groups = [weak_log_group(self, f"LogGroup{number}", group) for number, group in enumerate(log_groups, start=1)]
        created = []
        for number, start in enumerate(range(0, len(log_groups), _MOST_LOG_GROUPS), start=1):
            suffix = "" if number == 1 else f" {number}"
            query = logs.QueryDefinition(
                self,
                f"Follow{number}",
                query_definition_name=f"{folder}/Follow one correlation id{suffix}",
                log_groups=groups[start : start + _MOST_LOG_GROUPS],
                query_string=logs.QueryString(
                    fields=_FIELDS,
                    filter_statements=["correlation_id = 'replace-me' or request_id = 'replace-me'"],
                    sort="@timestamp asc",
                    limit=1000,
                ),
            )
            created.append(query)
        self.queries = tuple(created)
