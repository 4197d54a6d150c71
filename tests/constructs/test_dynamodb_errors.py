"""What DynamoDB would refuse only at deployment is refused when it is written."""

import pytest
from aws_cdk import App, Duration, Environment, Stack, Token
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from mach_constructs import (
    Capacity,
    DynamoDbStore,
    Key,
    KeyType,
    LocalSecondaryIndex,
    OnDemand,
    Provisioned,
    Removal,
    Replica,
    SecondaryIndex,
)

GERMAN_KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
HUNDRED_AND_TWENTY = [
    SecondaryIndex(f"by_{n}", partition_key="a", attributes=[f"b{m}" for m in range(20)]) for n in range(6)
]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"partition_key": ""}, "partition_key must not be empty, got ''"),
        ({"partition_key": "é" * 128}, "partition_key must be at most 255 bytes of UTF-8, got 256"),
        ({"sort_key": ""}, "sort_key must not be empty, got ''"),
        ({"sort_key": "pk"}, "sort_key must differ from the partition_key 'pk'"),
        ({"environment_variable": ""}, "environment_variable must not be empty"),
        ({"environment_variable": "1_TABLE"}, "must be letters, digits and underscores"),
        ({"environment_variable": "AWS_TABLE"}, "must not begin with AWS_ or LAMBDA_"),
        (
            {"indexes": [SecondaryIndex("by_a", partition_key="a")] * 2},
            "indexes must have different names, got 'by_a' twice",
        ),
        (
            {
                "sort_key": "sk",
                "indexes": [SecondaryIndex("by_a", partition_key="a")],
                "local_indexes": [LocalSecondaryIndex("by_a", sort_key="a")],
            },
            "indexes must have different names, got 'by_a' twice",
        ),
        (
            {"indexes": [SecondaryIndex(f"by_{n}", partition_key="a") for n in range(21)]},
            "indexes must be at most 20, got 21",
        ),
        (
            {"sort_key": "sk", "local_indexes": [LocalSecondaryIndex(f"by_{n}", sort_key="a") for n in range(6)]},
            "local_indexes must be at most 5, got 6",
        ),
        (
            {"indexes": [SecondaryIndex("by_a", partition_key="a", attributes=["total", "pk"])]},
            "attributes of index 'by_a' must not repeat the table's keys, which are in every index, got 'pk'",
        ),
        (
            {"sort_key": "sk", "local_indexes": [LocalSecondaryIndex("by_a", sort_key="a", attributes=["sk"])]},
            "attributes of index 'by_a' must not repeat the table's keys, which are in every index, got 'sk'",
        ),
        ({"indexes": HUNDRED_AND_TWENTY}, "attributes of all indexes together must be at most 100, got 120"),
        (
            {"local_indexes": [LocalSecondaryIndex("by_a", sort_key="a")]},
            "local index 'by_a' needs a table with a sort_key, got none",
        ),
        (
            {"sort_key": "sk", "local_indexes": [LocalSecondaryIndex("by_sk", sort_key="sk")]},
            "sort_key of local index 'by_sk' must be no key of the table, got 'sk'",
        ),
        (
            {"indexes": [SecondaryIndex("by_pk", partition_key=Key("pk", KeyType.NUMBER))]},
            "attribute 'pk' must have one type in all keys, got STRING and NUMBER",
        ),
        (
            {
                "sort_key": "sk",
                "indexes": [SecondaryIndex("by_a", partition_key="a")],
                "local_indexes": [LocalSecondaryIndex("by_b", sort_key=Key("a", KeyType.BINARY))],
            },
            "attribute 'a' must have one type in all keys, got STRING and BINARY",
        ),
        (
            {
                "indexes": [
                    SecondaryIndex(
                        "by_a", partition_key="a", billing=Provisioned(reads=Capacity(1, 2), writes=Capacity(1, 2))
                    )
                ]
            },
            "billing of index 'by_a' must be OnDemand like its table's, got Provisioned",
        ),
        ({"time_to_live": ""}, "time_to_live must not be empty"),
        (
            {"time_to_live": "pk"},
            "time_to_live must be an attribute of epoch seconds, got 'pk', which is a key of type STRING",
        ),
        (
            {
                "time_to_live": "a",
                "indexes": [SecondaryIndex("by_a", partition_key="b", sort_key=Key("a", KeyType.BINARY))],
            },
            "got 'a', which is a key of type BINARY",
        ),
        ({"recoverable_for": Duration.days(36)}, "recoverable_for must be between 86400 and 3024000 seconds"),
        ({"recoverable_for": Duration.hours(12)}, "recoverable_for must be between 86400 and 3024000 seconds"),
        ({"recoverable_for": Duration.hours(36)}, "recoverable_for must be whole days, got 1 day 12 hours"),
        ({"removal": Removal.DESTROY, "deletion_protection": True}, "deletion_protection must not be on when removal"),
        (
            {"replicas": [Replica("eu-central-1")] * 2},
            "replicas must be in different regions, got 'eu-central-1' twice",
        ),
        (
            {"replicas": [Replica("eu-central-1", key_arn=GERMAN_KEY)]},
            "key_arn of the replica in eu-central-1 needs encryption by a key of your own",
        ),
        (
            {"replicas": [Replica("eu-central-1")], "stream": dynamodb.StreamViewType.NEW_IMAGE},
            "stream must be NEW_AND_OLD_IMAGES, because there are replicas, got NEW_IMAGE",
        ),
    ],
)
def test_invalid_tables_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DynamoDbStore(**{"partition_key": "pk", **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "name of an index must not be empty"),
        ({"name": "by"}, "name of an index must be 3 to 255 letters, digits, underscores, dots and hyphens, got 'by'"),
        ({"name": "by customer"}, "got 'by customer'"),
        ({"partition_key": ""}, "partition_key of index 'by_a' must not be empty"),
        ({"partition_key": []}, "partition_key of index 'by_a' must be at least one attribute, got none"),
        ({"partition_key": list("abcde")}, "partition_key of index 'by_a' must be at most 4 attributes, got 5"),
        ({"sort_key": list("bcdef")}, "sort_key of index 'by_a' must be at most 4 attributes, got 5"),
        ({"sort_key": "a"}, "keys of index 'by_a' must be different attributes, got 'a' twice"),
        ({"attributes": "total"}, "attributes of index 'by_a' must be a sequence of texts, got 'total'"),
        ({"attributes": [""]}, "attributes of index 'by_a' must not be empty"),
        ({"attributes": ["b", "b"]}, "attributes of index 'by_a' must be different, got 'b' twice"),
        ({"attributes": ["a"]}, "attributes of index 'by_a' must not repeat its keys, got 'a'"),
        ({"attributes": [str(n) for n in range(21)]}, "attributes of index 'by_a' must be at most 20, got 21"),
    ],
)
def test_invalid_indexes_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SecondaryIndex(**{"name": "by_a", "partition_key": "a", **arguments})  # type: ignore[arg-type]


def test_invalid_local_indexes_are_refused() -> None:
    with pytest.raises(ValueError, match="sort_key of index 'by_a' must not be empty"):
        LocalSecondaryIndex("by_a", sort_key="")
    with pytest.raises(ValueError, match="attributes of index 'by_a' must not repeat its keys, got 'a'"):
        LocalSecondaryIndex("by_a", sort_key="a", attributes=["a"])


@pytest.mark.parametrize(
    ("capacity", "message"),
    [
        ((0, 1, 70, None), "minimum must be at least 1, got 0"),
        ((5, 4, 70, None), "maximum must be at least the minimum 5, got 4"),
        ((1, 2, 19, None), "target_utilization must be between 20 and 90 percent, got 19"),
        ((1, 2, 91, None), "target_utilization must be between 20 and 90 percent, got 91"),
        ((1, 2, 70, 0), "seed must be at least 1, got 0"),
    ],
)
def test_invalid_capacities_are_refused(capacity: tuple[int, int, int, int | None], message: str) -> None:
    minimum, maximum, target, seed = capacity
    with pytest.raises(ValueError, match=message):
        Capacity(minimum, maximum, target_utilization=target, seed=seed)


def test_maxima_that_let_nothing_through_are_refused() -> None:
    with pytest.raises(ValueError, match="max_reads must be at least 1, got 0"):
        OnDemand(max_reads=0)
    with pytest.raises(ValueError, match="max_writes must be at least 1, got -1"):
        OnDemand(max_writes=-1)


@pytest.mark.parametrize(
    ("region", "key_arn", "message"),
    [
        ("Frankfurt", None, "region of a replica must be a name such as \"eu-central-1\", got 'Frankfurt'"),
        ("eu-west-1", GERMAN_KEY, "key_arn of the replica in eu-west-1 must be a key there"),
        ("eu-west-1", "alias/orders", "key_arn must look like"),
    ],
)
def test_invalid_replicas_are_refused(region: str, key_arn: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Replica(region, key_arn=key_arn)


def test_the_region_of_a_replica_is_known() -> None:
    with pytest.raises(ValueError, match="region of a replica must be a name"):
        Replica(Token.as_string({"Ref": "AWS::Region"}))


def test_a_replica_needs_a_key_where_the_table_has_one(stack: Stack) -> None:
    with pytest.raises(ValueError, match="replica in eu-central-1 needs a key_arn"):
        DynamoDbStore(partition_key="pk", encryption=kms.Key(stack, "Key"), replicas=[Replica("eu-central-1")])


def test_replicas_need_a_stack_that_knows_its_region(stack: Stack) -> None:
    with pytest.raises(
        ValueError, match=r"replicas need a stack whose region is known, such as .* got none for 'Servi"
    ):
        DynamoDbStore(partition_key="pk", replicas=[Replica("eu-central-1")]).attach(stack, outbox=False)


def test_a_replica_is_elsewhere(app: App) -> None:
    stack = Stack(app, "German", env=Environment(region="eu-central-1"))
    with pytest.raises(ValueError, match="replicas must be outside the table's own region, got 'eu-central-1'"):
        DynamoDbStore(partition_key="pk", replicas=[Replica("eu-central-1")]).attach(stack, outbox=False)


@pytest.mark.parametrize("view", [dynamodb.StreamViewType.KEYS_ONLY, dynamodb.StreamViewType.OLD_IMAGE])
def test_an_outbox_cannot_be_read_from_a_stream_without_new_images(stack: Stack, view: dynamodb.StreamViewType) -> None:
    store = DynamoDbStore(partition_key="pk", stream=view)
    with pytest.raises(ValueError, match=f"stream must show new images, .* got {view.name}"):
        store.attach(stack, outbox=True)


def test_what_is_known_only_at_deployment_passes() -> None:
    text, number = Token.as_string({"Ref": "Text"}), Token.as_number({"Ref": "Units"})
    index = SecondaryIndex(text, partition_key=text, attributes=["total"])
    DynamoDbStore(partition_key="pk", indexes=[index], billing=OnDemand(max_reads=number, max_writes=number))
    Capacity(number, number)
    Replica("eu-central-1", key_arn=text)


def test_a_key_of_one_index_can_be_copied_into_another() -> None:
    DynamoDbStore(
        partition_key="pk",
        indexes=[
            SecondaryIndex("by_a", partition_key="a"),
            SecondaryIndex("by_b", partition_key="b", attributes=["a"]),
        ],
    )
