"""Why the gate opened or stayed closed, in a few words for the person. Pure."""

WHY = {
    "role": "this role may, for this",
    "purpose": "needed for this",
    "undeclared": "no such use is declared",
    "commercial": "nothing serves commerce of others",
    "aggregates_only": "works with sums only",
    "other_purpose": "given for something else",
    "newer_purpose": "newer than the data, without your yes",
    "switched_off": "you have it switched off",
    "original_only": "you allow original purposes only",
    "not_yours": "belongs to somebody else",
    "order_closed": "the order is not open",
    "calls_stopped": "this number is not to be called",
    "stopped": "you asked for no more mail",
    "not_in_force": "this use has not begun yet",
    "not_told": "you have not been told of this use yet",
    "signal": "your browser asks not to be followed",
    "forgotten": "it was deleted",
}


def why(reason: str) -> str:
    """The reason as a person reads it; one that has no words yet is shown as it is kept."""
    return WHY.get(reason, reason.replace("_", " "))
