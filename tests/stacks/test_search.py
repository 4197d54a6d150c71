"""What the search functions may do."""

from tests.stacks.granted import granted

WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "s3:PutObject", "s3:DeleteObject"}


def test_a_query_neither_scans_nor_writes() -> None:
    assert granted("Search", "SearchApi").isdisjoint(WRITES | {"dynamodb:Scan"})


def test_the_indexer_may_read_everything_to_make_a_lost_index_again() -> None:
    assert granted("Search", "SearchEvents") >= WRITES - {"dynamodb:UpdateItem"} | {"dynamodb:Scan", "s3:ListBucket"}
