"""What a request's kinds, states, doors and steps are called on pages."""

KINDS = {
    "access": "To see your data",
    "correction": "A correction",
    "erasure": "To erase your data",
    "objection": "To stop uses of your data",
    "original_purposes": "Original purposes only",
}
DOORS = {
    "panel": "in the panel",
    "mail": "by e-mail",
    "letter": "by letter",
    "telephone": "by telephone",
}
POSTS = {"keep": "Keep them without the name", "remove": "Remove them"}
POSTS_ASKED = "What becomes of what you wrote in the forum"
POSTS_CHOICES = {"keep": "Keep it without my name", "remove": "Remove it"}
POSTS_UNSAID = "Please choose one of the two."
STATES = {
    "received": ("Received", "neutral"),
    "verifying": ("Not confirmed yet", "warn"),
    "in_work": ("In work", "accent"),
    "decided": ("Decided", "accent"),
    "done": ("Answered", "good"),
    "withdrawn": ("Withdrawn", "neutral"),
}
EVENTS = {
    "open": "Received",
    "verify": "Asked whether it comes from the person",
    "identify": "It comes from the person",
    "take": "Taken up",
    "specify": "What exactly shall be corrected was written down",
    "extend": "The time to answer was made longer",
    "grant": "Granted",
    "decline": "Declined",
    "finish": "Answered",
    "withdraw": "Withdrawn",
}


def word(state: str, outcome: str) -> tuple[str, str]:
    """A request's state in words, and the tone of its badge."""
    if state == "done":
        return ("Granted", "good") if outcome == "granted" else ("Declined", "bad")
    return STATES[state]
