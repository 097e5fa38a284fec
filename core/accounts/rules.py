"""Rules about people: the names they show, their addresses and their passwords."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from email_validator import EmailNotValidError, validate_email
from zxcvbn import zxcvbn

from core.errors import Invalid
from core.text import is_invisible

NAME_LENGTHS = range(2, 41)
PASSWORD_LEAST, PASSWORD_MOST = 15, 1024
PASSWORD_SCORE = 3
MEASURED = 24
"""zxcvbn needs 0.1 s for the worst 24 characters and 5 s for the worst 72, so only so many are measured at once."""


class NameRefused(Invalid):
    code = "name_refused"


class EmailRefused(Invalid):
    code = "email_refused"
    sentence = "Please write your whole e-mail address, such as anna@example.com."


class PasswordRefused(Invalid):
    code = "password_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Strength:
    """`score` is zxcvbn's, 0 to 4; `sentence` says what would help, and is empty where the password is good enough."""

    score: int
    sentence: str

    @property
    def is_enough(self) -> bool:
        return not self.sentence


def read_name(text: str) -> str:
    """A name as it will be shown, in NFKC. Refuses with NameRefused, and says which rule it breaks."""
    if len(text) > 400:
        raise NameRefused(_LENGTH)
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if any(is_invisible(character) for character in name):
        raise NameRefused("A name cannot hold characters that nobody can see.")
    _check_letters(name)
    if _looks_official(name):
        raise NameRefused("This name could be taken for one of our staff. Please choose another one.")
    return name


def name_key(name: str) -> str:
    """What two names are compared by: Anna, ANNA and one written with a Cyrillic А are one person to a reader."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.translate(_CONFUSABLES).split())


def read_email(text: str) -> str:
    """An address as mail is sent to it: the local part as typed, the domain in lower case ASCII (IDNA).

    Looks nothing up in the DNS. Refuses with EmailRefused.
    """
    try:
        found = validate_email(text.strip()[:400], check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError):
        raise EmailRefused from None
    return f"{found.local_part}@{found.ascii_domain}"


def normalise_email(text: str) -> str:
    """The one form an account is found by: case folded, the domain in IDNA.

    Never raises: what is no address is nobody's, and a search for it finds nobody.
    """
    local, domain = _parts(text)
    return f"{local}@{domain}"


def suppression_forms(email: str) -> frozenset[str]:
    """Every form under which a wish for no more mail counts (P6): keep them all, and look for any of them.

    Case, plus-tags and international domains make no difference. Never raises, since the wish may come from an
    address that could not sign up.
    """
    local, domain = _parts(email)
    return frozenset({f"{local}@{domain}", f"{local.partition('+')[0] or local}@{domain}"})


def password_strength(password: str, context: Iterable[str] = ()) -> Strength:
    """Judge a password; never raises. `context` is what others know: name, e-mail address, the shop's name.

    Strength decides, not composition (NIST SP 800-63B-4). Of a long password both ends are measured and the better
    one counts, so that length never costs anything.
    """
    typed = unicodedata.normalize("NFKC", password[: 2 * PASSWORD_MOST])
    short = f"Please use at least {PASSWORD_LEAST} characters. Four or five words in a row are easy to remember."
    if len(typed) < PASSWORD_LEAST:
        return Strength(score=0, sentence=short)
    if len(password) > PASSWORD_MOST or any(unicodedata.category(character) == "Cs" for character in typed):
        return Strength(score=0, sentence=f"Please use at most {PASSWORD_MOST} characters that can be typed.")
    words = _words(context)
    once = _without_repeats(typed)
    judged = [_measure(part, words) for part in dict.fromkeys((once[:MEASURED], once[-MEASURED:]))]
    return max(judged, key=lambda strength: strength.score)


def check_password(password: str, context: Iterable[str] = ()) -> None:
    """Refuses with PasswordRefused a password that others could guess."""
    strength = password_strength(password, context)
    if not strength.is_enough:
        raise PasswordRefused(strength.sentence)


_LENGTH = f"A name has {NAME_LENGTHS.start} to {NAME_LENGTHS.stop - 1} characters."
_MARKS = frozenset(" '’.-_")
_ADDRESS_LIKE = re.compile(r"[^\W_]\.[^\W\d_]{2,}|www\.|://", re.IGNORECASE)
_STACKED = 3
_CONFUSABLES = str.maketrans(
    "авеѕіјкмнорсԁԛԝтухһӏьαβεζηικμνορτυχϲıɡɩɑ",
    "abesijkmhopcdqwtyxhlbabezhikuvoptuxcigia",
)
"""The letters most often used to write a Latin name without Latin letters, after Unicode's confusables.txt."""

_CAPITALS = str.maketrans("АВЕЅІЈКМНОРСТУХӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧØŁĐĦøłđħ", "ABESIJKMHOPCTYXlABEZHIKMNOPTYXOLDHoldh")
"""Capitals that look like other letters than their small forms do, and letters whose stroke is easily overlooked."""

_LEET = str.maketrans("0134578", "oieastb")
_OFFICIAL = frozenset(
    {"admin", "admins", "administration", "mod", "mods", "moderation", "support", "staff", "official", "system"}
    | {"security", "webmaster", "postmaster", "hostmaster", "helpdesk"}
)
_OFFICIAL_ANYWHERE = ("licensepal", "administrator", "moderator", "sysadmin")
_OFFICIAL_STARTS = ("admin", "support")
_measuring = Lock()


def _check_letters(name: str) -> None:
    if len(name) not in NAME_LENGTHS:
        raise NameRefused(_LENGTH)
    if not all(unicodedata.category(character)[0] in "LMN" or character in _MARKS for character in name):
        raise NameRefused("A name has letters, digits, spaces and the marks ' . - _ only.")
    if not any(character.isalnum() for character in name):
        raise NameRefused("A name has at least one letter or digit.")
    if _ADDRESS_LIKE.search(name):
        raise NameRefused("A name cannot look like a web address.")
    if any(all(unicodedata.combining(c) for c in name[at : at + _STACKED]) for at in range(len(name) - _STACKED + 1)):
        raise NameRefused("A name cannot stack marks on top of each other.")


def _looks_official(name: str) -> bool:
    """Whether a reader could take the name for staff, with accents, digits for letters and look-alikes folded."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    folded = plain.translate(_CAPITALS).casefold().translate(_CONFUSABLES)
    readings = {reading for text in (folded, folded.replace("1", "l")) for reading in (text, text.translate(_LEET))}
    return any(_reads_official(reading) for reading in readings)


def _reads_official(reading: str) -> bool:
    words = [word.strip("0123456789") for word in re.split(r"[\W_]+", reading)]
    squeezed = "".join(words)
    return (
        not _OFFICIAL.isdisjoint([*words, squeezed])
        or any(word in squeezed for word in _OFFICIAL_ANYWHERE)
        or squeezed.startswith(_OFFICIAL_STARTS)
    )


def _parts(email: str) -> tuple[str, str]:
    """Local part and domain in the forms in which they are compared; what cannot be stored is replaced."""
    storable = email[:400].encode("utf-8", "replace").decode().replace("\0", "").strip()
    local, _, domain = unicodedata.normalize("NFC", storable).rpartition("@")
    folded = domain.casefold().rstrip(".")
    with suppress(EmailNotValidError, UnicodeError):
        folded = validate_email(f"a@{folded}", check_deliverability=False).ascii_domain
    return local.strip('"').casefold(), folded


def _without_repeats(password: str) -> str:
    """A password that only repeats itself, cut to two rounds, so that measuring its ends shows the repetition."""
    length = len(password)
    period = next(round_ for round_ in range(1, length + 1) if password[round_:] == password[: length - round_])
    return password[: 2 * period]


def _words(context: Iterable[str]) -> list[str]:
    """What is known about a person: whole, in its parts, and with the parts run together."""
    known = [text[:200].casefold() for text in context]
    parts = [part for text in known for part in re.split(r"[\W_]+", text) if len(part) > 2]
    return [*known, *parts, *(re.sub(r"[\W_]+", "", text) for text in known)]


def _measure(password: str, words: list[str]) -> Strength:
    """One at a time: zxcvbn keeps the words of the person it is asked about in a module-wide table."""
    with _measuring:
        found = zxcvbn(password, user_inputs=words)
    score = int(found["score"])
    if score >= PASSWORD_SCORE:
        return Strength(score=score, sentence="")
    warning = str(found["feedback"]["warning"]).rstrip(".") or "This password is easy to guess"
    return Strength(score=score, sentence=f"{warning}. Another word or two that do not belong together would help.")
