"""What must not be seen: every secret that is known, and a mask for every text that leaves.

Secrets are those of the target file, the passwords a run makes, and whatever stands under a key
that names a secret in a request or a reply: session tokens, API keys, signatures, seeds of one-time
codes. A text may quote a secret whole, escaped as JSON inside JSON, or cut off in the middle.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from conformance.contract.call import Call

MASK = "***"
SHORTEST = 8
"""Shorter values are masked only where their key tells what they are."""
GRAM = 12
"""A quoted piece of a secret this long is masked too."""
KEYS = (
    "sessiontoken", "aptoken", "token", "apitoken", "accesstoken", "pending2fatoken", "twofatoken",
    "authorization", "cookie", "password", "passwordhash", "newpassword", "existingpassword",
    "currentpassword", "oldpassword", "assetmanagercorepassword", "apikey", "apisecret", "secret",
    "signature", "totpsecret", "googleqrcode", "manualcode", "sessionid", "accesscode",
)
UNREAD = 10_000
"""Texts and values that wait at most until they are looked through."""
_STEMS = ("token", "authorization", "cookie", "password", "apikey", "secret", "signature",
          "googleqrcode", "manualcode", "sessionid", "accesscode")
"""One of them is in every key; looking for them first is far cheaper than the pattern."""
_KEYED = re.compile(
    r'\\*"(' + "|".join(KEYS) + r')\\*"\s*:\s*\\*"((?:[^"\\]|\\+/)+)', re.IGNORECASE
)
_CODE = re.compile(r'(\\*"(?:code|twofacode|otp)\\*"\s*:\s*\\*"?)(\d{4,10})(?![\d.])', re.I)
_SEED = re.compile(r"secret=([A-Z2-7]{8,})")
_NO_SECRET = frozenset({"password", "passwordhash", "string"})


def secretive(call: Call | None, part: Literal["request", "response"]) -> bool:
    """Can this part of a call hold a secret? Unknown calls may hold anything."""
    if call is None:
        return True
    cache, place = call.store.cache, ("secretive", call.key, part)
    if place not in cache:
        schema = json.dumps(call.bundled(part)).lower()
        cache[place] = any(f'"{key}"' in schema for key in KEYS)
    return bool(cache[place])


class Secrets:
    """Everything that must not reach a transcript or a report."""

    def __init__(self, named: Mapping[str, str] | None = None) -> None:
        self._labels: dict[str, str] = {}
        self._grams: dict[str, str] = {}
        self._whole: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._unread: list[tuple[str, str, int] | str] = []
        for value, label in (named or {}).items():
            self.keep(value, label, shortest=1)

    def keep(self, value: str, label: str = "secret", *, shortest: int = SHORTEST) -> None:
        """Mask this value from now on. ``label`` says in a capsule what stood there."""
        self._note((value, label, shortest))

    def learn(self, text: str) -> None:
        """Keep what stands under the keys of secrets, at any depth of JSON inside JSON.

        Of an address that carries a seed only the seed: the rest names the user.
        """
        self._note(text)

    def _note(self, entry: tuple[str, str, int] | str) -> None:
        self._unread.append(entry)
        if len(self._unread) >= UNREAD:
            self._read()

    def _read(self) -> None:
        """Take in what was kept and learned: not before something is masked, most cases pass."""
        unread, self._unread = self._unread, []
        for entry in unread:
            if isinstance(entry, str):
                self._search(entry)
            else:
                self._keep(*entry)

    def _keep(self, value: str, label: str, shortest: int = SHORTEST) -> None:
        if value in self._labels or len(value) < shortest:
            return
        if label in ("secret", *KEYS):
            self._counts[label] += 1
            label = f"{label} {self._counts[label]}"
        self._labels[value] = label
        for form in _forms(value):
            if len(form) < GRAM:
                self._whole[form] = label
            for start in range(len(form) - GRAM + 1):
                self._grams.setdefault(form[start:start + GRAM], label)

    def _search(self, text: str) -> None:
        lowered = text.casefold()
        if not any(stem in lowered for stem in _STEMS):
            return
        for key, value in _KEYED.findall(text):
            if value.casefold() not in _NO_SECRET and not _SEED.search(value):
                self._keep(value.replace("\\/", "/"), key.lower())
        for seed in _SEED.findall(text):
            self._keep(seed, "totpsecret")

    def values(self) -> tuple[str, ...]:
        """Every secret that is known, longest first."""
        self._read()
        return tuple(sorted(self._labels, key=len, reverse=True))

    def mask(self, text: str) -> str:
        """The text without any secret in it."""
        return self._replaced(text, lambda label: MASK)

    def labelled(self, text: str) -> str:
        """The same, with a name in double braces for each secret: equal secrets, equal names."""
        return self._replaced(text, lambda label: "{{" + label + "}}")

    def label_of(self, value: str) -> str | None:
        """The name under which a secret is known."""
        self._read()
        return self._labels.get(value)

    def _replaced(self, text: str, name: Callable[[str], str]) -> str:
        if not text:
            return text
        self._read()
        if len(text) >= GRAM and self._grams:
            text = self._without_grams(text, name)
        for form in sorted(self._whole, key=len, reverse=True):
            if form in text:
                text = text.replace(form, name(self._whole[form]))
        return _CODE.sub(lambda match: match[1] + name("code"), text)

    def _without_grams(self, text: str, name: Callable[[str], str]) -> str:
        pieces: list[str] = []
        at, kept, last = 0, 0, len(text) - GRAM
        while at <= last:
            label = self._grams.get(text[at:at + GRAM])
            if label is None:
                at += 1
                continue
            pieces += (text[kept:at], name(label))
            end = at + 1
            while end <= last and self._grams.get(text[end:end + GRAM]) == label:
                end += 1
            at = kept = end + GRAM - 1
        pieces.append(text[kept:])
        return "".join(pieces)


def _forms(value: str) -> Iterable[str]:
    """A secret as it is, and as it stands in JSON and in JSON inside JSON."""
    once, plain = (json.dumps(value, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
    twice, plainer = (
        json.dumps(form, ensure_ascii=ascii)[1:-1] for form, ascii in ((once, True), (plain, False))
    )
    return dict.fromkeys((value, once, plain, twice, plainer))
