"""What the operator may set: LICENSEPAL_* in the environment, read once, here and nowhere else."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Environment(StrEnum):
    """Where the program runs. Production refuses to start with anything left to chance."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class MissingSetting(SystemExit):
    """A setting without which the program must not start; the message names it in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the operator decides. Lengths of time are in the unit of their name."""

    environment: Environment = Environment.DEVELOPMENT
    secret_key: str = field(repr=False)
    instance: Path = Path("instance")
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:5000"
    site_name: str = "LicensePal"
    support_email: str = "support@licensepal.example.com"
    company_name: str = "LicensePal Trading Ltd"
    company_address: str = "12 Engraver's Yard, 1010 Vienna, Austria"
    company_phone: str = ""
    company_vat_id: str = "ATU00000024"
    tax_country: str = ""
    tax_oss: bool = True
    tax_small_business: bool = False
    currency: str = "EUR"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_username: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    smtp_tls: str = "starttls"
    mail_listen: str = ""
    trusted_proxies: int = 0
    processes: int = 1
    metrics_token: str = field(default="", repr=False)
    bcrypt_cost: int = 12
    demo: bool = False
    reservation_minutes: int = 30
    telephone_days: int = 30
    bank_iban: str = ""
    bank_bic: str = ""
    bank_holder: str = ""
    transfer_days: int = 14
    stripe_secret_key: str = field(default="", repr=False)
    stripe_publishable_key: str = ""
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_api_base: str = "https://api.stripe.com"
    vies_url: str = ""
    notice_days: int = 30
    refund_alone_up_to: int = 50_000
    staff_second_factor: bool = True

    @property
    def production(self) -> bool:
        """True where real people are served."""
        return self.environment is Environment.PRODUCTION

    @property
    def secure(self) -> bool:
        """True where the shop is reached over https; then cookies are Secure and HSTS is sent (clause P19)."""
        return self.base_url.startswith("https://")

    @property
    def guards_staff(self) -> bool:
        """True where staff need a second factor; a demonstration shows its back office to whoever tries it."""
        return self.staff_second_factor and not self.demo

    @property
    def takes_cards(self) -> bool:
        """True where Stripe is set up."""
        return bool(self.stripe_secret_key)

    @property
    def store_url(self) -> str:
        """SQLAlchemy address of the database; SQLite in the instance folder unless one is set."""
        return self.database_url or f"sqlite:///{self.instance.resolve() / 'licensepal.sqlite3'}"


def read() -> Settings:
    """The settings of this process. Raises MissingSetting in production where one that matters is not set."""
    given = {name[11:].lower(): value for name, value in os.environ.items() if name.startswith("LICENSEPAL_")}
    environment = Environment(given.pop("environment", Environment.DEVELOPMENT))
    instance = Path(given.pop("instance", "instance"))
    instance.mkdir(parents=True, exist_ok=True)
    if environment is Environment.PRODUCTION:
        _check_complete(given)
    secret = given.pop("secret_key", "") or _own_secret(instance)
    known: dict[str, Any] = {
        name: _typed(name, value) for name, value in given.items() if name in Settings.__dataclass_fields__
    }
    settings = Settings(environment=environment, instance=instance, secret_key=secret, **known)
    _check_shared_store(settings)
    _check_stripe(settings)
    _check_bank(settings)
    _check_vies(settings)
    return settings


def _check_complete(given: dict[str, str]) -> None:
    needed = {
        "secret_key": "the master key from which every other key is derived (32 or more random characters)",
        "base_url": "the https address under which customers reach the shop",
        "support_email": "the address that the policy, every page and every mail name",
        "smtp_host": "the mail server that takes the shop's mail",
    }
    for name, meaning in needed.items():
        if not given.get(name):
            raise MissingSetting(f"LICENSEPAL_{name.upper()} is not set: it is {meaning}.")
    if len(given["secret_key"]) < 32:
        raise MissingSetting("LICENSEPAL_SECRET_KEY is too short: it needs 32 or more random characters.")


def _check_shared_store(settings: Settings) -> None:
    if settings.processes > 1 and not settings.redis_url:
        raise MissingSetting(
            "LICENSEPAL_REDIS_URL is not set, but LICENSEPAL_PROCESSES is above 1: rate limits and cached pages "
            "must be shared between processes, so name a Redis or Valkey server or run one process."
        )


def _check_stripe(settings: Settings) -> None:
    """All of it or nothing, and encrypted (clause P19)."""
    needed = ("stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret")
    missing = [f"LICENSEPAL_{name.upper()}" for name in needed if not getattr(settings, name)]
    if 0 < len(missing) < len(needed):
        raise MissingSetting(
            f"Stripe is set up by half: {' and '.join(missing)} must be set, too, or none of the three."
        )
    if settings.environment is not Environment.TEST and not settings.stripe_api_base.startswith("https://"):
        raise MissingSetting("LICENSEPAL_STRIPE_API_BASE must begin with https://: payments never travel in the open.")


def _check_bank(settings: Settings) -> None:
    """Money goes where customers are told: a mistyped IBAN must not be printed (ISO 13616, check digits modulo 97)."""
    iban = "".join(settings.bank_iban.split()).upper()
    turned = iban[4:] + iban[:4]
    is_right = iban.isascii() and iban.isalnum() and 15 <= len(iban) <= 34
    if iban and not (is_right and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1):
        raise MissingSetting("LICENSEPAL_BANK_IBAN is no IBAN: its check digits do not fit.")


def _check_vies(settings: Settings) -> None:
    """Ids of customers travel encrypted or not at all (clause P19)."""
    is_open = settings.vies_url and not settings.vies_url.startswith("https://")
    if is_open and settings.environment is not Environment.TEST:
        raise MissingSetting("LICENSEPAL_VIES_URL must begin with https://: VAT ids never travel in the open.")


def _own_secret(instance: Path) -> str:
    """A random secret of this installation, kept in its instance folder (readable by its owner only)."""
    place = instance / "secret"
    if not place.exists():
        draft = place.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was first: its secret counts
            os.link(draft, place)
        draft.unlink()
    return place.read_text()


def _typed(name: str, value: str) -> str | int | bool:
    kind = Settings.__dataclass_fields__[name].type
    try:
        if kind is int:
            return int(value)
    except ValueError:
        raise MissingSetting(f"LICENSEPAL_{name.upper()} must be a whole number, not {value!r}.") from None
    if kind is bool:
        return value.lower() in {"1", "true", "yes", "on"}
    return value
