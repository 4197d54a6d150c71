import json
import time
from datetime import UTC, datetime, timedelta

from .conftest import RunningServer


def replayed_to(aws: RunningServer, *, naming: bool) -> dict[str, int]:
    """How many events each of three queues has of a replay of one, which may name the rule before the second."""
    bus, queues = aws.client("events"), aws.client("sqs")
    bus_arn = bus.create_event_bus(Name="shop")["EventBusArn"]
    archive = bus.create_archive(ArchiveName="shop", EventSourceArn=bus_arn)["ArchiveArn"]
    bus.put_events(Entries=[{"EventBusName": "shop", "Source": "shop", "DetailType": "Sold", "Detail": "{}"}])
    urls, rules = {}, {}
    for name, detail_type in (("other", "Sold"), ("named", "Sold"), ("elsewhere", "Bought")):
        urls[name] = queues.create_queue(QueueName=name)["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = json.dumps({"detail-type": [detail_type]})
        rules[name] = bus.put_rule(Name=name, EventBusName="shop", EventPattern=pattern)["RuleArn"]
        bus.put_targets(Rule=name, EventBusName="shop", Targets=[{"Id": "queue", "Arn": arn}])
    replay = f"again-{naming}"
    filters = {"FilterArns": [rules["named"], rules["elsewhere"]]} if naming else {}
    bus.start_replay(
        ReplayName=replay,
        EventSourceArn=archive,
        EventStartTime=datetime.now(UTC) - timedelta(hours=1),
        EventEndTime=datetime.now(UTC) + timedelta(hours=1),
        Destination={"Arn": bus_arn, **filters},
    )
    while bus.describe_replay(ReplayName=replay)["State"] != "COMPLETED":
        time.sleep(0.02)
    count = "ApproximateNumberOfMessages"
    found = {
        name: int(queues.get_queue_attributes(QueueUrl=url, AttributeNames=[count])["Attributes"][count])
        for name, url in urls.items()
    }
    for name, url in urls.items():
        bus.remove_targets(Rule=name, EventBusName="shop", Ids=["queue"])
        bus.delete_rule(Name=name, EventBusName="shop")
        queues.delete_queue(QueueUrl=url)
    bus.delete_archive(ArchiveName="shop")
    bus.delete_event_bus(Name="shop")
    return found


def test_a_replay_goes_to_the_rules_that_it_names(fixed: RunningServer) -> None:
    assert replayed_to(fixed, naming=True) == {"other": 0, "named": 1, "elsewhere": 0}


def test_one_that_names_none_goes_to_all(fixed: RunningServer) -> None:
    assert replayed_to(fixed, naming=False) == {"other": 1, "named": 1, "elsewhere": 0}


def test_as_the_emulator_comes_it_goes_to_all_whatever_it_names(plain: RunningServer) -> None:
    assert replayed_to(plain, naming=True) == {"other": 1, "named": 1, "elsewhere": 0}
