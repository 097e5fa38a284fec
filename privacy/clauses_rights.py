"""Clauses P9 to P19: what people may ask for, and how changes and data travel. Worded as in clauses_text."""

from privacy.terms import Added, Clause

RIGHTS = (
    Clause(
        id="P9",
        title="Taking a number off shared lists",
        sentences=(
            "Give us a telephone number, and your name if you like, and we remove it from every list that we share with others.",
            "We share no such list today.",
        ),
        enforced="The lists we share are printed live from the register.",
        by=("privacy.contact.calls.stop_calls",),
        setting="/privacy/phone-removal",
    ),
    Clause(
        id="P10",
        title="And no more calls",
        sentences=(
            "A number that you had removed is never called by us again.",
            "Our answer to the request never tells anybody whether the number is known to us.",
        ),
        enforced="The number is kept as a keyed hash and compared before any call.",
        by=("privacy.contact.calls.may_call",),
        setting="/privacy/phone-removal",
    ),
    Clause(
        id="P11",
        title="New uses",
        sentences=(
            "We may one day want to use data in a way that this page does not name yet.",
            "What you gave us before that day is not used that way unless you say yes.",
        ),
        enforced="Each purpose carries the version of this policy that named it first, and the gate compares it with the version you gave the data under.",
        by=("privacy.gate.permits",),
        setting="/account/privacy",
    ),
    Clause(
        id="P12",
        title="Changes to this page",
        sentences=(
            "We post every change here before it takes effect, tell you about it, and let you decline.",
            "Earlier versions stay where they are, word for word.",
        ),
        enforced="Versions cannot be changed: each carries the fingerprint of the one before.",
        by=("privacy.policies.service.publish", "privacy.policies.rules.fingerprint"),
        setting="/privacy/changes",
        added=(
            Added(
                since=2,
                sentences=(
                    "A new use starts for you only when the time of notice is over and the notice has reached you.",
                    "Each new use has its own switch from the day it is posted.",
                ),
            ),
        ),
    ),
    Clause(
        id="P13",
        title="Checking back",
        sentences=("Look at the page of changes, or follow its feed, to see what is new since your last visit.",),
        enforced="What is new to you is worked out from your preferences cookie, if you keep one.",
        by=("core.wishes.read",),
        setting="/privacy/changes",
    ),
    Clause(
        id="P14",
        title="Original purposes only",
        sentences=(
            "You may forbid every use other than the one for which you gave us your data.",
            "Use the switch in your privacy panel, or tell us by e-mail to {support_email}.",
            "{by_letter}",
            "{by_telephone}",
        ),
        enforced="With the switch on, the gate opens each datum for its original purposes and nothing else.",
        by=("privacy.gate.permits",),
        setting="original_only",
        channels=("email", "postal", "telephone"),
    ),
    Clause(
        id="P15a",
        title="Seeing what identifies you",
        sentences=("On request, by e-mail too, we show you the name, addresses and numbers that we keep about you.",),
        enforced="Your data as a file is made by walking every table that the register names; a column that is missing from it fails our tests.",
        by=("privacy.panel.service.held_about", "privacy.export.walking.entries"),
        setting="/account/privacy",
    ),
    Clause(
        id="P15b",
        title="Seeing your transactions",
        sentences=("On request we show you your orders with their dates, amounts and kinds.",),
        enforced="Orders with their lines, payments and invoices, and licenses with their keys, are part of the same file.",
        by=("privacy.panel.service.held_about", "privacy.export.walking.entries"),
        setting="/account/privacy",
    ),
    Clause(
        id="P15c",
        title="Seeing our correspondence",
        sentences=(
            "On request we show you the messages between you and us that we keep.",
            "Your password cannot be shown by anybody: we keep only a one-way fingerprint of it.",
        ),
        enforced="Mails and letters are rows that belong to you, so the same file holds them; of your password it says that it exists, and since when.",
        by=("privacy.panel.service.held_about", "privacy.export.walking.entries"),
        setting="/account/privacy",
    ),
    Clause(
        id="P16",
        title="How to ask",
        sentences=(
            "Ask in your privacy panel or by e-mail to {support_email}.",
            "What we show goes only to the address on file, so that nobody else receives it.",
        ),
        enforced="To see something takes your session or your mailbox; to stop something takes neither.",
        by=("privacy.gate.permits", "privacy.export.service.deliver_link"),
        setting="/account/privacy",
        channels=("email",),
        added=(
            Added(
                since=2,
                sentences=(
                    "A request that comes by mail is answered with a link to the address on file, never with the data itself; the link works once and not for long.",
                ),
            ),
        ),
    ),
    Clause(
        id="P17a",
        title="Correcting how to reach you",
        sentences=("You correct your contact data yourself, or ask us to.",),
        enforced="You change the name at once, and the address with a link that goes to the new one; the former one can be given back for a week.",
        by=("storefront.account.correcting.confirm_email", "storefront.account.correcting.rename"),
        setting="/account/details",
    ),
    Clause(
        id="P17b",
        title="Correcting financial data",
        sentences=("You may ask us to correct financial data; we keep what it said before, what it says now and why.",),
        enforced="Each column names its way of being corrected.",
        by=("privacy.register.declare",),
        setting="/account/privacy",
    ),
    Clause(
        id="P17c",
        title="Correcting transactions",
        sentences=(
            "You may ask us to correct what we recorded about an order, and receive a new invoice or certificate where that changes one.",
        ),
        enforced="Each column names its way of being corrected.",
        by=("privacy.register.declare",),
        setting="/account/privacy",
    ),
    Clause(
        id="P18",
        title="Where to send a correction",
        sentences=("Send a correction by e-mail to {support_email}.", "{by_letter}"),
        enforced="A way that is not available prints its substitute, never an empty address.",
        by=("privacy.policies.rules.fill",),
        setting="/support",
        channels=("email", "postal"),
    ),
    Clause(
        id="P19",
        title="Encryption on the way",
        sentences=(
            "Whatever passes between you and us is encrypted as is usual today.",
            "What is sent to us without encryption is refused, not read.",
        ),
        enforced="A form sent over plain HTTP is refused, pages are redirected, mail is handed over by TLS only.",
        by=("core.app.build", "core.outgoing.hand_mail"),
    ),
)
