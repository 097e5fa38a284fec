"""Who may receive something from us: what the one outgoing module asks before it opens a connection (clause P4d)."""

from privacy import register


def may_receive(recipient: str, purpose: str) -> bool:
    """True for a declared recipient that does no business with what it gets, for a purpose that the register gives it."""
    found, use = register.recipients.get(recipient), register.purposes.get(purpose)
    if found is None or use is None or purpose not in found.purposes:
        return False
    return not found.commercial and found.since <= register.VERSION and not use.aggregates_only
