"""The form in which staff say what the licenses of an edition allow."""

import re

from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from core.asking import GOODS
from core.forms import Form
from storefront.activation.rules import AfterEnd, Begins, Lock, Overage, Policy
from storefront.allowing import service, words

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)
MOST_CODES = 64
FIELDS = ("seen", "met", *words.NAMES)


def _count(label: str, most: int, description: str) -> IntegerField:
    limits = [Optional(), NumberRange(min=1, max=most, message=f"From 1 to {most}, please, or nothing.")]
    return IntegerField(label, limits, description=description)


class PolicyForm(Form):
    """What a license allows."""

    ties = dict.fromkeys(FIELDS, GOODS)
    seen = HiddenField()
    met = HiddenField()
    lock = SelectField(words.NAMES["lock"], choices=dict(words.LOCKS))
    max_machines = _count(words.NAMES["max_machines"], 100_000, "Devices, users or domains. Empty: no limit.")
    overage = SelectField(
        words.NAMES["overage"], choices=dict(words.OVERAGES), description="How far devices may go over it."
    )
    max_uses = _count(words.NAMES["max_uses"], 1_000_000_000, "What the program counts. Empty: no limit.")
    max_cores = _count(words.NAMES["max_cores"], 1_000_000, "Of all its devices together. Empty: no limit.")
    max_users = _count(words.NAMES["max_users"], 100_000, "Told to programs, which hold to it. Empty: no limit.")
    max_processes = _count(words.NAMES["max_processes"], 10_000, "Told to programs. Empty: no limit.")
    strict = BooleanField(words.NAMES["strict"])
    heartbeat_seconds = _count(
        words.NAMES["heartbeat_seconds"], 2_592_000, "A device that is silent for longer loses its place. Empty: never."
    )
    check_in_days = _count(words.NAMES["check_in_days"], 3650, "Empty: never.")
    after_end = SelectField(words.NAMES["after_end"], choices=dict(words.ENDS))
    begins = SelectField(words.NAMES["begins"], choices=dict(words.BEGINS))
    offline_days = IntegerField(
        words.NAMES["offline_days"],
        [InputRequired("For how many days?"), NumberRange(min=1, max=3650, message="From 1 to 3650 days, please.")],
    )
    transferable = BooleanField(
        words.NAMES["transferable"],
        description="One to keep may always be passed on (Court of Justice of the EU, C-128/11); this is about the others.",
    )
    entitlements = TextAreaField(
        words.NAMES["entitlements"],
        description="A code a line, as the program asks for it.",
        render_kw={"rows": "4", "dir": "ltr"},
    )

    def validate_heartbeat_seconds(self, field: Field) -> None:
        """Clients beat once a minute at most."""
        if field.data is not None and field.data < 60:
            raise ValidationError("At least 60 seconds, please: programs ask no more often than that.")

    def validate_entitlements(self, field: Field) -> None:
        """They are codes."""
        wrong = [one for one in self.codes() if not _CODE.fullmatch(one)]
        if wrong:
            raise ValidationError(f"“{wrong[0][:60]}” is no code: letters, digits, dots, hyphens, at most 60.")
        if len(self.codes()) > MOST_CODES:
            raise ValidationError(f"At most {MOST_CODES} codes, please.")

    def codes(self) -> tuple[str, ...]:
        """The typed codes, each once."""
        return tuple(
            dict.fromkeys(line.strip() for line in (self.entitlements.data or "").splitlines() if line.strip())
        )

    def policy(self) -> Policy:
        """What was typed, once it is valid."""
        numbers = (
            "max_machines",
            "max_uses",
            "max_cores",
            "max_users",
            "max_processes",
            "heartbeat_seconds",
            "check_in_days",
        )
        return Policy(
            lock=Lock(self.lock.data),
            overage=Overage(self.overage.data),
            after_end=AfterEnd(self.after_end.data),
            begins=Begins(self.begins.data),
            strict=self.strict.data,
            transferable=self.transferable.data,
            offline_days=self.offline_days.data,
            entitlements=self.codes(),
            **{name: self[name].data for name in numbers},
        )


def filled(policy: Policy) -> PolicyForm:
    """The form with what holds now."""
    said = {name: getattr(policy, name) for name in words.NAMES}
    said["entitlements"] = "\n".join(policy.entitlements)
    return PolicyForm(formdata=None, seen=service.fingerprint(policy), **said)
