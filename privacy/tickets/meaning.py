"""What a mail asks for, read from its subject and first sentences, in English and German. Pure.

A wish is acted upon only where a sentence is nothing but that wish: "Please stop my subscription renewal" is a question
for a person. Whatever is read here, the mail becomes a ticket, so that a misunderstanding loses nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

FIRST_SENTENCES = 8
MOST_LETTERS = 4000
LONGEST = 200
MOST_NUMBERS = 5


class Wish(StrEnum):
    """What a mail may ask for. To stop, nobody is asked who they are; to see, correct or erase, always."""

    STOP = "stop"
    ORIGINAL_ONLY = "original_only"
    NO_CALLS = "no_calls"
    SEE = "access"
    CORRECT = "correction"
    ERASE = "erasure"


NEEDS_IDENTITY = (Wish.SEE, Wish.CORRECT, Wish.ERASE)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """The wishes of a mail, and the telephone numbers (E.164) that it names."""

    wishes: frozenset[Wish]
    numbers: tuple[str, ...] = ()


def meaning_of(subject: str, text: str) -> Meaning:
    """What the mail asks for; quoted lines are somebody else's words and do not count."""
    sentences = _sentences(subject, text)
    wishes = {wish for wish, rules in _RULES.items() if any(rule.search(one) for rule in rules for one in sentences)}
    wishes |= {Wish.STOP} if any(_is_stop(one) for one in sentences) else set()
    numbers = _numbers(f"{subject}\n{_own_words(text)}") if Wish.NO_CALLS in wishes else ()
    return Meaning(wishes=frozenset(wishes), numbers=numbers)


def is_bare_stop(subject: str, text: str) -> bool:
    """True if a program may have written it for somebody who pressed its button for no more mail."""
    return _is_stop(_plain(subject)) or _is_stop(_plain(" ".join(_own_words(text).split())))


def _sentences(subject: str, text: str) -> list[str]:
    pieces = [piece for line in _own_words(text).splitlines() for piece in re.split(r"[.!?;:](?:\s|$)", line)]
    first = [_plain(piece) for piece in pieces]
    return [one for one in [_plain(subject), *[one for one in first if one][:FIRST_SENTENCES]] if one]


def _own_words(text: str) -> str:
    """Without quotes: lines that begin with >, and all below the line that introduces the quoted mail."""
    kept = []
    for line in text[:MOST_LETTERS].splitlines():
        if _QUOTE_BEGINS.search(line) or line.strip() in {"--", "-- ", "__"}:
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept)


def _plain(sentence: str) -> str:
    """Small letters, one spelling of e-mail, no marks, no politeness at either end."""
    words = re.sub(r"\be[-\s]?(mail|letter)", r"e\1", sentence[:LONGEST].casefold().replace("’", "'"))
    bare = " ".join(re.sub(r"[^\w\s'@+]", " ", words).split())
    while (shorter := _POLITE.sub("", bare)) != bare:
        bare = shorter
    return _THANKS.sub("", bare).strip()


def _is_stop(sentence: str) -> bool:
    return any(rule.fullmatch(sentence) for rule in _STOPS)


def _numbers(text: str) -> tuple[str, ...]:
    """International numbers in the text; one without its country code is left to a person."""
    found = PhoneNumberMatcher(text[:MOST_LETTERS], None)
    numbers = (format_number(match.number, PhoneNumberFormat.E164) for match in found)
    return tuple(dict.fromkeys(numbers))[:MOST_NUMBERS]


def _all(*rules: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rule.replace("MAIL", _MAIL).replace("POST", _POST)) for rule in rules)


_QUOTE_BEGINS = re.compile(
    r"^\s*(?:-{2,}\s*(?:original|ursprüngliche|forwarded|weitergeleitete)|on .{4,120} wrote:|am .{4,120} schrieb\b|_{10,})",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:hello|hi|hey|dear(?: \w+){1,3}?|sirs?|madam|and|so|now|team|please|kindly|just|could you|can you|will you"
    r"|would you|you|i (?:would like|'d like|want|wish|ask|need)(?: you)? to|i'd like(?: you)? to|i want|licensepal|support"
    r"|hallo|guten (?:tag|morgen|abend)|bitte|und|ich bitte (?:sie|darum)|können sie|könnten sie|sofort|also)\b[ ]?)"
)
_THANKS = re.compile(
    r"(?:\s+(?:please|thanks?(?: you)?|thank you|now|at once|immediately|asap|today|bitte|danke(?: schön)?|ab sofort|sofort"
    r"|vielen dank|regards|any ?more|any longer|ever again|again|from now on|in (?:the )?future|for good))+$"
)
_MAIL = (
    r"(?:(?:all|any|more|further|the|your|these|those|this|that|such|marketing|promotional|commercial|unwanted|weekly|daily"
    r"|monthly|advertising|of|and|product|forum) )*"
    r"(?:emails?|mails?|newsletters?|eletters?|mailings?|messages|advertising|advertisements?|adverts?|ads|spam|marketing"
    r"|promotions?|notifications?)(?: (?:from you|to me|to us|to this address|to my address|subscription|notifications?|and \w+))*"
)
_POST = (
    r"(?:(?:ihre|ihren|ihrem|diese|dieser|diesen|den|die|der|das|weitere|weiteren|mehr|solche|eure|euren|alle|vom|von|"
    r"unerwünschte|unerwünschten) )*"
    r"(?:emails?|mails?|newslettern?|newsletters?|werbung|werbe ?e?mails?|nachrichten|rundbriefe?|mailings?|zusendungen"
    r"|benachrichtigungen)(?: (?:von ihnen|mehr|an mich|an uns|an diese adresse|abonnement|abo|und \w+))*"
)
_WHOM = r"(?:me|us|this address|my address|here|to me|to us|to this address|to my address)"
_LIST = r"(?:(?:your|the|this|all|any|every|mailing|email|distribution|of|marketing|newsletter) )*(?:lists?|newsletters?|mailings?|database for mails)"

_STOPS = _all(
    r"(?:unsubscribe|opt out|stop|optout|remove|cancel|quit|halt)(?: (?:me|us|all))?(?: (?:from|of|to))?(?: all)?",
    r"(?:abmelden|abmeldung|abbestellen|abbestellung|austragen|abmeldung vom newsletter|stopp|aufhören|schluss)(?: \w+){0,2}",
    r"unsubscribe(?: (?:me|us|my address|this address|\S*@\S+(?: \w+){0,3}))?(?: (?:from|to|of))? (?:MAIL|"
    + _LIST
    + r")",
    r"(?:opt|sign) (?:me |us )?out(?: of)? (?:MAIL|" + _LIST + r")",
    r"(?:stop|cancel|end|cease) (?:sending )?(?:" + _WHOM + r" )?MAIL",
    r"stop (?:mailing|emailing|contacting|spamming|writing)(?: " + _WHOM + r")?(?: (?:with )?MAIL)?",
    r"stop it",
    r"stop sending(?: " + _WHOM + r")?(?: (?:anything|this|these|things|stuff))?",
    r"(?:do not|don't|dont|never|no longer) (?:send|write|mail|email|contact)(?: "
    + _WHOM
    + r")?(?: (?:MAIL|anything))?",
    r"(?:i|we) (?:do not|don't|dont|no longer|never) (?:want|wish|like|care)(?: (?:to )?(?:get|receive|have|be sent|for))?(?: to)? MAIL",
    r"(?:send (?:" + _WHOM + r" )?|want )?no (?:more |further )+MAIL",
    r"no (?:MAIL|newsletter)",
    r"(?:take|remove|delete|strike|drop) (?:me|us|my (?:email )?(?:address|name)|this address)(?: (?:off|from|out of)) "
    + _LIST,
    r"(?:ich |wir )?(?:möchte|möchten|will|wollen|wünsche|wünschen)(?: (?:ich|wir))?(?: (?:künftig|ab sofort|in zukunft|von ihnen|bitte))* "
    r"keinen?(?: weiteren?)? POST(?: (?:mehr|erhalten|bekommen|empfangen|haben))*",
    r"(?:schicken|senden|schreiben|mailen|schickt|sendet) (?:sie )?(?:mir|uns)?(?: bitte)?(?: (?:künftig|ab sofort|in zukunft))? ?"
    r"(?:(?:keinen?(?: weiteren?)?) POST|nichts mehr|nicht mehr)(?: mehr)?(?: zu)?",
    r"keinen?(?: weiteren?)? POST(?: (?:mehr|senden|schicken|zusenden|zuschicken|erhalten))*",
    r"(?:den |ihren |alle |diesen )?(?:newsletter|rundbrief|POST) (?:abbestellen|abmelden|abstellen|stoppen|beenden|kündigen|einstellen)",
    r"(?:mich |uns |meine adresse )?(?:vom|von|aus|von ihrem|aus ihrem|aus dem|von dem) (?:newsletter|verteiler|mailingliste|liste|rundbrief|POST)"
    r"(?: (?:abmelden|austragen|löschen|streichen|entfernen|nehmen|abzumelden|auszutragen))?",
    r"(?:ich |wir )?(?:möchte |will )?(?:melde |trage )?(?:mich|uns) (?:hiermit )?(?:(?:vom|von|aus) (?:\w+ ){1,3})?(?:ab|aus|abmelden|austragen)",
    r"(?:melden|tragen|nehmen|löschen|streichen|entfernen) (?:sie )?(?:mich|uns|meine (?:email ?)?adresse|diese adresse)(?: bitte)? "
    r"(?:vom|von|aus) (?:\w+ ){0,2}(?:newsletter|verteiler|mailingliste|liste|rundbrief)(?: (?:ab|aus|heraus))?",
    r"(?:ich )?(?:bestelle|kündige) (?:hiermit )?(?:den|ihren|diesen) newsletter(?: hiermit)?(?: ab)?",
)

_RULES: dict[Wish, tuple[re.Pattern[str], ...]] = {
    Wish.ORIGINAL_ONLY: _all(
        r"\boriginal purposes? only\b",
        r"\bonly (?:for |use my data for )?(?:the|its|their) original purposes?\b",
        r"\bnur (?:für|zu) (?:den |die |dem )?ursprünglichen? zwecken?\b",
    ),
    Wish.NO_CALLS: _all(
        r"\b(?:remove|delete|erase|strike|take)\b.{0,60}\b(?:phone|telephone|mobile|cell|number)\b",
        r"\b(?:do not|don't|dont|never|no longer|stop)\b.{0,12}\b(?:call|calling|phone|phoning|ring|ringing|text|texting)\b",
        r"\b(?:telefonnummer|handynummer|rufnummer|nummer)\b.{0,60}\b(?:löschen|entfernen|streichen|austragen|heraus)\b",
        r"\b(?:löschen|entfernen|streichen|nehmen)\b.{0,60}\b(?:telefonnummer|handynummer|rufnummer|nummer)\b",
        r"\brufen sie\b.{0,40}\bnicht\b|\bkeine anrufe\b|\bnicht mehr an(?:zu)?rufen\b",
    ),
    Wish.SEE: _all(
        r"\bwhat (?:personal )?(?:data|information)\b.{0,30}\b(?:about|on|of) me\b",
        r"\bwhat do you (?:know|keep|store|hold|have)\b.{0,20}\b(?:about|on) me\b",
        r"\b(?:copy|export|overview|access|see|get|send)\b.{0,20}\b(?:of |to )?(?:all )?my (?:own )?(?:personal )?(?:data|information)\b",
        r"\b(?:data )?subject access\b|\b(?:gdpr|dsgvo) (?:access|request|auskunft)\b|\b(?:article|art) 15\b",
        r"\b(?:daten|selbst)auskunft\b|\bauskunft\b.{0,40}\b(?:daten|gespeichert|dsgvo)\b|\bwelche daten\b.{0,40}\bmich\b",
    ),
    Wish.CORRECT: _all(
        r"\b(?:correct|rectify)\b.{0,30}\bmy\b.{0,30}\b(?:data|address|name|email|invoice|details|record|company)\b",
        r"\b(?:data )?rectification\b|\b(?:article|art) 16\b",
        r"\b(?:berichtigung|berichtigen|korrigieren)\b.{0,40}\b(?:daten|adresse|anschrift|namen?|rechnung)\b",
        r"\b(?:daten|adresse|anschrift|namen?|rechnung)\b.{0,40}\b(?:berichtigen|korrigieren)\b",
    ),
    Wish.ERASE: _all(
        r"^(?:delete|erase|remove|close) (?:all )?(?:of )?my (?:\w+ )?(?:account|personal data|data|information)(?: .{0,40})?$",
        r"\bright to be forgotten\b|\berasure request\b|\b(?:article|art) 17\b",
        r"\b(?:lösch\w*|schließen)\b.{0,30}\b(?:konto|meine daten|kundenkonto|meiner daten)\b",
        r"\b(?:konto|kundenkonto|meine daten)\b.{0,30}\b(?:löschen|schließen|löscht)\b",
    ),
}
