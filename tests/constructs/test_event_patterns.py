"""Event patterns: what EventBridge takes passes, what it refuses is refused with words that help."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aws_cdk import Aws, Fn
from ministack.services import eventbridge

from mach_constructs.events.event_pattern import require_fields, require_pattern
from mach_constructs.events.sampling import sample_pattern

ACCEPTED: list[dict[str, Any]] = [
    {"source": ["shop.orders"]},
    {"detail": {"status": ["paid", 3, 1.5, True, False, ""]}},
    {"detail": {"a": {"b": {"c": ["deep"]}}}},
    {"detail": {"url": [{"prefix": "https://"}, {"suffix": ".png"}, {"prefix": ""}]}},
    {"detail": {"name": [{"prefix": {"equals-ignore-case": "eventb"}}, {"suffix": {"equals-ignore-case": "b"}}]}},
    {"detail": {"name": [{"equals-ignore-case": "alice"}]}},
    {"detail": {"coupon": [{"exists": False}]}},
    {"detail": {"path": [{"wildcard": "dir/*.png"}, {"wildcard": r"a\**b\\*"}]}},
    {
        "detail": {
            "ip": [{"cidr": "10.0.0.0/24"}, {"cidr": "10.0.0.7/8"}, {"cidr": "2001:db8::/32"}, {"cidr": "0.0.0.0/0"}]
        }
    },
    {"detail": {"total": [{"numeric": [">", 100]}, {"numeric": ["=", 1.5]}, {"numeric": [">=", -5e9, "<", 5e9]}]}},
    {"detail": {"state": [{"anything-but": "a"}, {"anything-but": ["a", "b"]}, {"anything-but": [1, 2.5]}]}},
    {"detail": {"state": [{"anything-but": 3}, {"anything-but": {"prefix": "init"}}]}},
    {"detail": {"state": [{"anything-but": {"suffix": ".png"}}, {"anything-but": {"equals-ignore-case": ["a", "b"]}}]}},
    {"detail": {"$or": [{"a": [1]}, {"b": {"c": ["x"]}, "d": [2]}]}},
    {"detail": {"prefix": ["a field may be called so outside $or"]}},
    {"$or": [{"source": ["a"]}, {"detail-type": ["b"]}]},
    {"id": [{"prefix": "0"}], "resources": ["arn"], "account": ["1"], "region": ["eu-west-1"], "version": ["0"]},
    {"detail": {"name": ["x" * 2000]}},
]

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, r"matching must not be empty, got \{\}"),
    ({"detail": {}}, r"matching.detail must not be empty, got \{\}"),
    ({"detail": {"a": {"b": {}}}}, r"matching.detail.a.b must not be empty, got \{\}"),
    ({"detail": {"a": []}}, r"matching.detail.a must not be empty, got \[\]"),
    ({"detail": {"a": "x"}}, "matching.detail.a must be a list of allowed values, or fields in turn, got 'x'"),
    ({"detail": {"a": 1}}, "matching.detail.a must be a list of allowed values, or fields in turn, got 1"),
    ({"detail": {"a": [["x"]]}}, r"matching.detail.a must hold texts, numbers, booleans and operators, got \['x'\]"),
    ({"detail": {"a": [{}]}}, r"matching.detail.a must have one operator in each object, got \{\}"),
    ({"detail": {"a": [{"prefix": "x", "suffix": "y"}]}}, "matching.detail.a must have one operator in each object"),
    ({"detail": {"a": [{"regex": "x"}]}}, "matching.detail.a must use one of anything-but, cidr, .*, got 'regex'"),
    ({"detail": {"a": [{"prefix": 3}]}}, "matching.detail.a.prefix must be a text, got 3"),
    ({"detail": {"a": [{"prefix": {"suffix": "x"}}]}}, "a.prefix must be a text or equals-ignore-case, got 'suffix'"),
    ({"detail": {"a": [{"equals-ignore-case": ["x"]}]}}, r"a.equals-ignore-case must be a text, got \['x'\]"),
    ({"detail": {"a": [{"exists": "yes"}]}}, "matching.detail.a.exists must be True or False, got 'yes'"),
    ({"detail": {"a": [{"wildcard": "a**b"}]}}, r"a.wildcard must not have consecutive wildcards, got 'a\*\*b'"),
    ({"detail": {"a": [{"wildcard": r"a\\**"}]}}, "a.wildcard must not have consecutive wildcards"),
    ({"detail": {"a": [{"wildcard": r"a\n"}]}}, r"a.wildcard must escape nothing but \* and"),
    ({"detail": {"a": [{"wildcard": "a\\"}]}}, r"a.wildcard must escape nothing but \* and"),
    ({"detail": {"a": [{"cidr": "10.0.0.0"}]}}, "a.cidr must have fewer than 32 mask bits, got '10.0.0.0'"),
    ({"detail": {"a": [{"cidr": "10.0.0.0/32"}]}}, "a.cidr must have fewer than 32 mask bits"),
    ({"detail": {"a": [{"cidr": "2001:db8::/128"}]}}, "a.cidr must have fewer than 128 mask bits"),
    ({"detail": {"a": [{"cidr": "10.0.0.300/8"}]}}, "a.cidr must be a block such as 10.0.0.0/24, got '10.0.0.300/8'"),
    ({"detail": {"a": [{"cidr": 10}]}}, "a.cidr must be a text, got 10"),
    ({"detail": {"a": [{"numeric": 5}]}}, r'a.numeric must be like \[">", 0\] or .*, got 5'),
    ({"detail": {"a": [{"numeric": []}]}}, r"a.numeric must be like .*, got \[\]"),
    ({"detail": {"a": [{"numeric": [">", 0, "<"]}]}}, "a.numeric must be like"),
    ({"detail": {"a": [{"numeric": ["!=", 0]}]}}, "a.numeric must compare by one of =, >, >=, < and <=, got '!='"),
    ({"detail": {"a": [{"numeric": [">", "0"]}]}}, "a.numeric must compare with numbers, got '0'"),
    ({"detail": {"a": [{"numeric": [">", True]}]}}, "a.numeric must compare with numbers, got True"),
    ({"detail": {"a": [{"numeric": ["<", 5, ">", 0]}]}}, "a.numeric must give a range as > or >=, then < or <=, got"),
    ({"detail": {"a": [{"numeric": ["=", 5, "<", 6]}]}}, "a.numeric must give a range as > or >=, then < or <=, got"),
    ({"detail": {"a": [{"numeric": [">", 5, "<", 5]}]}}, "a.numeric must be a range whose bottom is less than its top"),
    ({"detail": {"a": [{"anything-but": []}]}}, r"a.anything-but must not be empty, got \[\]"),
    ({"detail": {"a": [{"anything-but": ["a", 1]}]}}, "a.anything-but must hold either texts or numbers, got both in"),
    ({"detail": {"a": [{"anything-but": True}]}}, "a.anything-but must compare with numbers, got True"),
    ({"detail": {"a": [{"anything-but": [None]}]}}, "a.anything-but must compare with numbers, got None"),
    ({"detail": {"a": [{"anything-but": {"cidr": "10.0.0.0/8"}}]}}, "a.anything-but must use one of .*, got 'cidr'"),
    ({"detail": {"a": [{"anything-but": {"prefix": ""}}]}}, "a.anything-but.prefix must not be empty, got ''"),
    ({"detail": {"a": [{"anything-but": {"prefix": 1}}]}}, "a.anything-but.prefix must be a text, got 1"),
    ({"detail": {"$or": [{"a": [1]}]}}, r"matching.detail.\$or must be a list of at least 2 objects"),
    ({"detail": {"$or": [{"a": [1]}, "b"]}}, r"matching.detail.\$or must hold objects, got 'b'"),
    ({"detail": {"$or": [{"a": [1]}, {}]}}, r"matching.detail.\$or\[1\] must not be empty"),
    (
        {"detail": {"$or": [{"a": [1]}, {"numeric": [1]}]}},
        r"detail.\$or\[1\].numeric must not be named like an operator inside \$or, got 'numeric'",
    ),
]

# What CloudFormation or a quota refuses, and what can never match: EventBridge's matcher itself would take it.
REFUSED_BY_OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"detail": {"$or": {"a": [1]}}}, r"matching.detail.\$or must be a list of at least 2 objects"),
    ({"detail": {"a": [{"numeric": [">", 5.1e9]}]}}, "a.numeric must compare with numbers between -5.0e9 and 5.0e9"),
    ({"detail": {"a": [None]}}, 'matching.detail.a must not hold None, which CloudFormation refuses; use {"exists": F'),
    (
        {"data": {"total": [1]}},
        "matching must have fields of an event, account, .*, got 'data'; what your events carry",
    ),
    ({"source": {"a": ["x"]}}, "matching.source must be a list, got .*; only detail has fields inside"),
    ({"detail": {"a": ["x" * 2048]}}, "matching must give a pattern of at most 2048 characters, .*, got 2069"),
    (
        {"detail": {letter: {"$or": [{"x": [n]} for n in range(11)]} for letter in "abc"}},
        r"matching must have at most 1000 combinations of its \$or lists, got 1331",
    ),
    ({"detail": {"a": [float("nan")]}}, "matching.detail.a must hold finite numbers, got nan"),
]


@pytest.mark.parametrize("pattern", ACCEPTED, ids=str)
def test_what_eventbridge_takes_is_taken(pattern: dict[str, Any]) -> None:
    require_pattern("matching", pattern)


@pytest.mark.parametrize(("pattern", "message"), [*REFUSED, *REFUSED_BY_OTHERS], ids=lambda value: str(value)[:60])
def test_what_would_be_refused_later_is_refused_now(pattern: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        require_pattern("matching", pattern)


@pytest.mark.parametrize("pattern", ACCEPTED, ids=str)
def test_an_implementation_of_the_matcher_takes_the_same(pattern: dict[str, Any]) -> None:
    assert refusal(pattern) is None


@pytest.mark.parametrize(("pattern", "_message"), REFUSED, ids=lambda value: str(value)[:60])
def test_an_implementation_of_the_matcher_refuses_the_same(pattern: dict[str, Any], _message: str) -> None:
    assert refusal(pattern) is not None


def test_what_is_known_only_at_deployment_passes() -> None:
    require_fields("matching", {"a": [Aws.ACCOUNT_ID, {"prefix": Aws.REGION}], "b": Fn.split(",", Aws.STACK_NAME)})


@pytest.mark.parametrize("share", [1 / 256, 1 / 16, 3 / 16, 37 / 256, 0.5, 255 / 256, 1.0])
def test_a_sample_takes_its_share_of_random_ids(share: float) -> None:
    pattern = sample_pattern(share)
    require_pattern("pattern", pattern)
    ids = [f"{first:02x}aa0c0e-1b1f-4d4e-8c0a-9a0d54fb2c1b" for first in range(256)]
    assert sum(matches(pattern, event_id) for event_id in ids) == share * 256


@pytest.mark.parametrize("share", [0, -1, 1.1, 1 / 257, 0.3])
def test_a_share_that_no_prefix_gives_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share must be a multiple of 1/256 between 1/256 and 1, got"):
        sample_pattern(share)


def refusal(pattern: Mapping[str, object]) -> str | None:
    reason: str | None = eventbridge._event_pattern_error(json.dumps(pattern))
    return reason


def matches(pattern: Mapping[str, object], event_id: str) -> bool:
    return bool(
        eventbridge._matches_pattern(json.dumps(pattern), {"EventId": event_id, "Version": "0", "Detail": "{}"})
    )
