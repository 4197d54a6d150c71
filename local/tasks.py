"""The tasks of the deployed ECS services."""

import time

from local.aws import LocalAws
from local.failure import FailureError

LONGEST_WAIT_SECONDS = 120.0
POLL_SECONDS = 0.2


def wait_until_running(aws: LocalAws) -> None:
    """Waits until every service has the tasks it should have, as after a restart.

    Args:
        aws: The local AWS.

    Raises:
        FailureError: When one has not after two minutes.
    """
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    for cluster in aws.containers.list_clusters()["clusterArns"]:
        names = aws.containers.list_services(cluster=cluster)["serviceArns"]
        while names:
            services = aws.containers.describe_services(cluster=cluster, services=names)["services"]
            late = [each for each in services if each["runningCount"] < each["desiredCount"]]
            if not late:
                break
            if time.monotonic() > deadline:
                first = late[0]
                raise FailureError(
                    f"service {first['serviceName']} has {first['runningCount']} of {first['desiredCount']} tasks "
                    f"after {LONGEST_WAIT_SECONDS:g} s: see `make logs` of its stack"
                )
            time.sleep(POLL_SECONDS)
