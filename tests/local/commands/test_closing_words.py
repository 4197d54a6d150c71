"""What `make up` says at its end."""

import io

from rich.console import Console

from local.bring_up import explain

URL = "http://127.0.0.1:4566/_aws/execute-api/de18ce2e"


def test_each_call_to_try_is_one_line_however_narrow_the_terminal() -> None:
    told = io.StringIO()

    explain(URL, Console(file=told, width=40))

    lines = told.getvalue().splitlines()
    assert [line for line in lines if "curl" in line] == [
        f"  curl '{URL}/v1/search?q=mug'",
        f"""  curl '{URL}/v1/carts' -H 'Content-Type: application/json' -d '{{"currency": "USD"}}'""",
        f"""  curl '{URL}/v1/orders' -H "Authorization: Bearer $(make -s token)\"""",
    ]
    assert lines[-1] == f"{URL}/v1/docs"
