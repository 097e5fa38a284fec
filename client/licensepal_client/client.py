"""The client: one license on one device."""

import json
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from licensepal_client import offline, results
from licensepal_client.asking import NoAnswer, Shop
from licensepal_client.memory import Memory
from licensepal_client.offline import Snapshot
from licensepal_client.results import Expired, Grace, NotActivated, Result, Tampered, Unreachable, Valid
from licensepal_client.signatures import BadSignature, Signed, keys_of

GRACE_DAYS = 14
"""For how many days the last good answer counts where the shop cannot be asked."""
SKEW = timedelta(minutes=5)
"""How far this clock and the shop's may differ."""
_FINGERPRINT = re.compile(r"[A-Za-z0-9._~-]{1,200}", re.ASCII)


def _now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Checks one license for one device. public_keys: hex, built into the program; path: where it may keep a small file."""

    def __init__(
        self,
        address: str,
        public_keys: Iterable[str],
        *,
        key: str,
        fingerprint: str,
        path: Path | str,
        grace_days: int = GRACE_DAYS,
        seconds: float = 10,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Raises ValueError for an address without https (but on this machine), a key or a fingerprint that cannot be one."""
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("address: https, please")
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError("fingerprint: 1 to 200 letters, digits and . _ ~ -")
        self.key, self.fingerprint, self.grace = key, fingerprint, timedelta(days=grace_days)
        self._keys, self._memory, self._now = keys_of(public_keys), Memory(Path(path)), now
        self._shop = Shop(address.rstrip("/"), seconds)

    def validate(self) -> Result:
        """Ask the shop; where it cannot be asked, go on with its last good answer."""
        nonce = secrets.token_hex(16)
        meta = {"key": self.key, "nonce": nonce, "scope": {"fingerprint": self.fingerprint}}
        try:
            status, answer = self._ask("POST", "/v1/licenses/actions/validate-key", {"meta": meta})
            said = json.loads(answer.body)
            if status != 200:
                return _refused(said)
            if said["meta"]["nonce"] != nonce:
                return Tampered(code="REPLAYED")
        except NoAnswer as error:
            return self._grace(str(error))
        except BadSignature as error:
            return Tampered(code=str(error))
        result = _judged(said)
        self._memory.keep_answer(answer if isinstance(result, Valid) else None)
        return result

    def activate(self, name: str = "", platform: str = "") -> Result:
        """Put this device on the license; if it is there already, that is as good."""
        attributes = {"fingerprint": self.fingerprint, "name": name, "platform": platform}
        license = {"data": {"type": "licenses", "id": self.key}}
        data = {"type": "machines", "attributes": attributes, "relationships": {"license": license}}
        return self._acted("POST", "/v1/machines", {"data": data}, known="FINGERPRINT_TAKEN")

    def ping(self) -> Result:
        """A sign of life of this device, and what its license is now."""
        return self._acted("POST", f"/v1/machines/{self.fingerprint}/actions/ping", {})

    def deactivate(self) -> Result:
        """Take this device off the license. NotActivated is the good end."""
        result = self._acted("DELETE", f"/v1/machines/{self.fingerprint}", None)
        if isinstance(result, NotActivated):
            self._memory.keep_answer(None)
        return result

    def read(self, text: str) -> Result:
        """A license file, a machine file or the short proof of a QR code; needs no network."""
        try:
            found = offline.read(text, self._keys, self.key, self.fingerprint)
            self._check_history(found)
            self._check_clock(found.issued)
        except BadSignature as error:
            return Tampered(code=str(error))
        self._memory.keep_snapshot(text)
        ends = found.expires if found.expires and found.status != "EXPIRED" else None
        if self._now() >= min(found.until, ends or found.until):
            return Expired(code="EXPIRED" if ends and ends <= self._now() else "FILE_EXPIRED", expires=found.expires)
        return Valid(code="VALID", expires=found.expires, entitlements=found.entitlements)

    def _acted(self, method: str, target: str, body: Any, known: str = "") -> Result:
        try:
            status, answer = self._ask(method, target, body)
        except NoAnswer as error:
            return Unreachable(code="UNREACHABLE", detail=str(error))
        except BadSignature as error:
            return Tampered(code=str(error))
        if method == "DELETE" and status in {204, 404}:
            return NotActivated(code="NO_MACHINE")
        if status < 300:
            return self.validate()
        result = _refused(json.loads(answer.body))
        return self.validate() if known and result.code == known else result

    def _ask(self, method: str, target: str, body: Any) -> tuple[int, Signed]:
        """A signed answer of now. Raises NoAnswer and BadSignature."""
        status, answer = self._shop.ask(method, target, self.key, body)
        if answer.check(self._keys) < self._now() - SKEW:
            raise BadSignature("DATE_OLD")
        self._check_clock(answer.check(self._keys))
        return status, answer

    def _grace(self, why: str) -> Result:
        kept = self._memory.read().answer
        if kept is None:
            return Unreachable(code="UNREACHABLE", detail=why)
        try:
            at = kept.check(self._keys)
            said = json.loads(kept.body)
            self._check_clock(at)
            if kept.host != urlsplit(self._shop.address).netloc or not self._is_ours(said):
                return Tampered(code="ANSWER_OF_ANOTHER")
        except BadSignature as error:
            return Tampered(code=str(error))
        result, until = _judged(said), at + self.grace
        if not isinstance(result, Valid):
            return result
        if result.expires and at < result.expires <= self._now():
            return Expired(code="EXPIRED", detail=why, expires=result.expires)
        if self._now() >= until:
            return Expired(code="GRACE_OVER", detail=why, expires=result.expires)
        return Grace(code="GRACE", detail=why, expires=result.expires, until=until)

    def _is_ours(self, said: Any) -> bool:
        try:
            asked: dict[str, Any] = said["meta"]["scope"] or {}
            return bool(said["data"]["attributes"]["key"] == self.key and asked.get("fingerprint") == self.fingerprint)
        except (KeyError, TypeError, AttributeError):
            return False

    def _check_clock(self, told: datetime) -> None:
        """Raises BadSignature where this clock stands before what the shop signed, now or earlier."""
        kept = self._memory.read()
        last = self._kept_snapshot()
        moments = [told, *([last.issued] if last else [])]
        if kept.answer is not None:
            moments.append(kept.answer.check(self._keys))
        if self._now() < max(moments) - SKEW:
            raise BadSignature("CLOCK_BACK")

    def _check_history(self, found: Snapshot) -> None:
        """Raises BadSignature where the history that a file tells of is shorter than, or other than, the one known."""
        last = self._kept_snapshot()
        if last is None or last.license != found.license:
            return
        if (found.number, found.chain) != (last.number, last.chain) and found.number <= last.number:
            raise BadSignature("HISTORY_BACK")

    def _kept_snapshot(self) -> Snapshot | None:
        text = self._memory.read().snapshot
        return offline.read(text, self._keys, self.key, self.fingerprint) if text else None


def _judged(said: Any) -> Result:
    meta = said["meta"]
    expires = offline.moment(said["data"]["attributes"]["expiry"]) if said.get("data") else None
    if meta["valid"]:
        return Valid(code=meta["code"], detail=meta["detail"], expires=expires)
    return results.refusal(meta["code"], meta["detail"], expires)


def _refused(said: Any) -> Result:
    first = (said.get("errors") or [{}])[0]
    return results.refusal(first.get("code", "REFUSED"), first.get("detail", ""))
