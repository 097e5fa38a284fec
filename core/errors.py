"""Refusals: what the program says instead of doing something. One plain sentence and a status each."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A way on that a refusal offers: the words of a link and a local address."""

    label: str
    address: str


class Refusal(Exception):
    """Something was not done, for a reason a person can read. Children set status (HTTP) and code (for programs).

    challenge: how a program may prove itself instead (RFC 9110), where that is what is missing."""

    status = 400
    challenge = ""
    code = "refused"
    title = "That was not done"
    sentence = "The request could not be carried out. Nothing was changed."

    def __init__(self, sentence: str | None = None, *, next_steps: tuple[NextStep, ...] = ()) -> None:
        self.sentence = sentence or type(self).sentence
        self.next_steps = next_steps
        super().__init__(self.sentence)


class Invalid(Refusal):
    """What was sent cannot be understood or is outside what is allowed."""

    status = 400
    code = "invalid"
    title = "Something in that request is not right"


class NotSignedIn(Refusal):
    """The page belongs to people with an account; the handler sends a browser to the sign-in page."""

    status = 401
    code = "not_signed_in"
    title = "Please sign in first"
    sentence = "This page belongs to an account. Sign in to see it."


class BadToken(NotSignedIn):
    """A program sent no token, or one that was never made, ended or was revoked: the answer is the same."""

    code = "bad_token"
    challenge = "Bearer"
    title = "No token that works"
    sentence = "Send a token that is still valid as `Authorization: Bearer lpat_…`. Tokens are made at /account/tokens."


class ProofNeeded(Refusal):
    """It was too long ago that this person showed who they are; the handler sends a browser to where they do, and back."""

    status = 403
    code = "proof_needed"
    title = "Please show once more that it is you"
    sentence = "This needs your password or a code from a moment ago. Nothing was changed."


class NotAllowed(Refusal):
    """The person is known and may not do this."""

    status = 403
    code = "not_allowed"
    title = "That is not yours to do"
    sentence = "Your account may not do this. Nothing was changed."


class FormExpired(NotAllowed):
    """A form's token is missing, forged or older than its lifetime, or the post came from another site."""

    status = 403
    code = "form_expired"
    title = "This form had been open for too long"
    sentence = "For safety a form works for some hours only, and only from our own pages. Nothing was changed."


class NotFound(Refusal):
    """It does not exist, or it belongs to somebody else: the answer is the same."""

    status = 404
    code = "not_found"
    title = "There is nothing at this address"
    sentence = "The page may have moved, or the address may have been cut off on its way to you."


class Conflict(Refusal):
    """The thing is in a state in which this cannot be done."""

    status = 409
    code = "conflict"
    title = "That cannot be done any more"


class TooMany(Refusal):
    """A named limit was reached; `retry_after` is in seconds."""

    status = 429
    code = "too_many"
    title = "A little slower, please"

    def __init__(self, sentence: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
