from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.body_signature import TOLERANCE_SECONDS, UnverifiedSignatureError, sign, verify

NOW = 1_764_165_600


@given(st.binary(max_size=200), st.text(min_size=1, max_size=50), st.integers(-TOLERANCE_SECONDS, TOLERANCE_SECONDS))
def test_a_signed_body_is_verified_within_the_tolerance(body: bytes, secret: str, later: int) -> None:
    verify(body, sign(body, secret=secret, at=NOW), secret=secret, now=NOW + later)


def test_the_scheme_is_the_documented_one() -> None:
    # printf '1764165600.{}' | openssl dgst -sha256 -hmac secret
    digest = "fe970858244b248a3d3a9a4e3c3fe9ff2dccac55caf5ac300edd963f86dd01e1"
    assert sign(b"{}", secret="secret", at=NOW + 0.9) == f"t={NOW},v1={digest}"


@given(st.binary(min_size=1, max_size=50), st.binary(max_size=50))
def test_another_body_is_refused(body: bytes, other: bytes) -> None:
    header = sign(body, secret="secret", at=NOW)
    if other != body:
        with pytest.raises(UnverifiedSignatureError, match="fit"):
            verify(other, header, secret="secret", now=NOW)


def test_another_secret_is_refused() -> None:
    with pytest.raises(UnverifiedSignatureError):
        verify(b"{}", sign(b"{}", secret="theirs", at=NOW), secret="ours", now=NOW)


@pytest.mark.parametrize("seconds", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1, 10**6])
def test_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(UnverifiedSignatureError, match="time"):
        verify(b"{}", sign(b"{}", secret="secret", at=NOW), secret="secret", now=NOW + seconds)


def test_a_time_that_was_changed_afterwards_is_refused() -> None:
    header = sign(b"{}", secret="secret", at=NOW - 10_000).replace(str(NOW - 10_000), str(NOW))
    with pytest.raises(UnverifiedSignatureError, match="fit"):
        verify(b"{}", header, secret="secret", now=NOW)


@pytest.mark.parametrize(
    "header", [None, "", "v1=0", f"t={NOW}", f"t={NOW},v1=", f"t=-1,v1={'0' * 64}", "é", "t=٣,v1=x"]
)
def test_what_is_no_signature_is_refused(header: str | None) -> None:
    with pytest.raises(UnverifiedSignatureError):
        verify(b"{}", header, secret="secret", now=NOW)
