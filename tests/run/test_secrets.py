"""Secrets are masked whole, escaped and cut off, and nothing else is."""

from __future__ import annotations

import json

import pytest

from conformance.target.secrets import _STEMS, KEYS, UNREAD, Secrets

TOKEN = "3f1d0c55-77aa-4a0e-9d55-0f6b0a1c2d3e"


@pytest.fixture
def secrets() -> Secrets:
    return Secrets({"p\"w/ö\\long-enough": "trader.password", "abc": "trader.totp_secret"})


def test_learns_what_stands_under_the_keys_of_secrets(secrets: Secrets) -> None:
    inner = json.dumps({"SessionToken": TOKEN, "UserId": 5})
    secrets.learn(json.dumps({"m": 1, "i": 2, "n": "AuthenticateUser", "o": inner}))

    assert TOKEN in secrets.values()
    assert secrets.mask(f"APToken: {TOKEN}") == "APToken: ***"


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_masks_a_secret_as_json_inside_json(secrets: Secrets, depth: int) -> None:
    text = "p\"w/ö\\long-enough"
    for _ in range(depth):
        text = json.dumps(text)

    assert "long-enough" not in secrets.mask(text)


@pytest.mark.parametrize("cut", [slice(0, 20), slice(10, 36), slice(4, 30)])
def test_masks_a_piece_of_a_secret(secrets: Secrets, cut: slice) -> None:
    secrets.keep(TOKEN)

    assert secrets.mask(f"…{TOKEN[cut]}") == "…***"


def test_masks_one_time_codes_and_their_seeds(secrets: Secrets) -> None:
    secrets.learn('{"GoogleQRCode":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&issuer=y"}')

    assert secrets.mask('{"Code":"123456"}') == '{"Code":"***"}'
    assert "JBSWY3DPEHPK3PXP" not in secrets.mask("seed JBSWY3DPEHPK3PXP")


def test_an_address_with_a_seed_hides_the_seed_alone(secrets: Secrets) -> None:
    address = "otpauth://totp/X:somebody-long?secret=JBSWY3DPEHPK3PXP&issuer=X"
    secrets.learn(json.dumps({"GoogleQRCode": address}))

    assert secrets.mask("somebody-long") == "somebody-long"
    assert secrets.mask(address) == address.replace("JBSWY3DPEHPK3PXP", "***")


def test_names_equal_secrets_alike(secrets: Secrets) -> None:
    secrets.keep(TOKEN, "sessiontoken")

    assert secrets.labelled(f"{TOKEN} {TOKEN}") == "{{sessiontoken 1}} {{sessiontoken 1}}"


def test_leaves_everything_else(secrets: Secrets) -> None:
    secrets.keep(TOKEN)
    text = '{"errorcode":20,"code":7,"password":null,"UserName":"trader","token":false}'

    assert secrets.mask(text) == text


def test_every_key_of_a_secret_is_looked_for() -> None:
    assert all(any(stem in key for stem in _STEMS) for key in KEYS)


def test_what_waits_to_be_looked_through_is_bounded(secrets: Secrets) -> None:
    secrets.learn(json.dumps({"SessionToken": TOKEN}))
    for _ in range(2 * UNREAD):
        secrets.learn('{"UserId": 5}')

    assert len(secrets._unread) < UNREAD
    assert TOKEN in secrets.values()
