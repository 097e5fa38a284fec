"""The clauses of the policy in our own words, each with how the program keeps it and where.

The words in braces are the shop's name and its ways to be reached; they are filled in when the text is shown, because
an address may change without a promise changing.
"""

from privacy.clauses_rights import RIGHTS
from privacy.terms import Added, Clause

CLAUSES = (
    Clause(
        id="P1",
        title="How to reach us",
        sentences=(
            "Write to {support_email} about anything on this page, and a person answers.",
            "The same address stands at the foot of every page and in every mail we send.",
        ),
        enforced="The address is one setting. A page or mail without it fails the tests.",
        by=("core.settings.Settings",),
        setting="/support",
        channels=("email",),
        added=(
            Added(
                since=2,
                sentences=(
                    "A mail to that address becomes a ticket, which our staff for support and for privacy may open and answer, and nobody else.",
                    "Every opening of it stands in the list of who looked at your data.",
                ),
            ),
        ),
    ),
    Clause(
        id="P2",
        title="What our server recognizes by itself",
        sentences=(
            "Our server recognizes nothing about your domain or your e-mail address by itself.",
            "Its logs hold no network address, no host name, no search words and no e-mail address.",
            "Where an address is needed for a moment, to slow down abuse, we keep a scrambled form in memory only, under a key that we throw away every day.",
        ),
        enforced="Log lines are made from a short list of allowed fields, and what libraries say is cut to its kind and place. Rate limits keep keyed hashes; the key is random and replaced daily.",
        by=("core.logs.keep_allowed", "core.logs.Plain", "core.limits.DailyKey"),
        added=(
            Added(
                since=2,
                sentences=(
                    "The log that we keep for safety says when a page was asked for, which kind of page, how long it took and how it went; it says nothing about who asked.",
                    "For your safety we list the browsers in which you are signed in, by their name and the time of their last use, without an address; an entry ends with the sign-in, after 30 days at most.",
                ),
            ),
        ),
    ),
    Clause(
        id="P3a",
        title="Counting pages",
        sentences=(
            "We count how often each page is opened, per day.",
            "The count knows nothing about who opened it, and where it is small we print “fewer than 5”.",
        ),
        enforced="One number per day and kind of page, written without anything about the visitor.",
        by=("privacy.pageviews.counting.Counting", "privacy.pageviews.rules.shown"),
    ),
    Clause(
        id="P3b",
        title="The pages one person visits",
        sentences=(
            "We keep a list of the pages that you visit only if you switch that list on.",
            "An entry is the kind of page and a time: never the full address, what you searched for or where you came from.",
            "You see the list in your privacy panel and delete it there.",
        ),
        enforced="Off until you switch it on, and off for as long as your browser sends Sec-GPC or DNT.",
        by=("privacy.pageviews.service.note_visit",),
        setting="page_history",
    ),
    Clause(
        id="P3c",
        title="What you tell us",
        sentences=(
            "We keep what you type into our forms for the purpose that stands beside the form.",
            "If we ask you something in a survey, you may decline, and your answers do not carry your name unless you say so.",
        ),
        enforced="Every form field is tied to the entry of the register that keeps it, or says why nothing is kept; the program does not read any other.",
        by=("privacy.register.declare", "core.asking.takes"),
        setting="/account/privacy",
        added=(
            Added(
                since=2,
                sentences=(
                    "What you post in the forum is read by everybody who may read its board: in a public board that is the whole world, search engines included.",
                    "Others may quote what you posted, and their quotes carry the name you chose.",
                    "If you leave, you choose whether your posts stay without your name or go, and your name leaves quotes and mentions with you.",
                ),
            ),
        ),
    ),
    Clause(
        id="P4a",
        title="How long we look at it",
        sentences=(
            "The list of pages you visit is used to answer our own questions, and then discarded.",
            "Each entry has its last day from the start, and nobody can read it after that day.",
        ),
        enforced="Each entry carries a discard date, which every read checks; a sweep removes it afterwards.",
        by=(
            "privacy.pageviews.service.visits_of",
            "privacy.pageviews.service.sweep",
            "privacy.pageviews.service.sweep_counts",
        ),
        setting="page_history",
        added=(
            Added(
                since=2,
                sentences=(
                    "A backup of our database keeps what was there on its day, closed as it was.",
                    "What you erased, and what came to its last day, is erased again before a backup is used.",
                    "The sums that count opened pages are discarded, too: each 13 months after its day.",
                ),
            ),
        ),
    ),
    Clause(
        id="P4b",
        title="Making our pages better",
        sentences=("To make our pages better we look at sums only, never at a person.",),
        enforced="The gate refuses this purpose for whatever identifies a person; the staff's report reads sums alone.",
        by=("privacy.gate.permits", "privacy.reports.service.counts"),
    ),
    Clause(
        id="P4c",
        title="Pages made to your taste",
        sentences=(
            "Pages follow the theme, spacing, language and time zone that you choose.",
            "Suggestions follow the pages you visited only if you switched both on.",
            "Whoever has chosen nothing sees the same pages as everybody else.",
        ),
        enforced="Preferences come from the cookie that you saved. What you looked at comes from the cookie of your list, and each page asks anew whether you want it shown and whether you want suggestions. Strangers get the same bytes.",
        added=(
            Added(
                since=2,
                sentences=(
                    "Pages follow how you want products laid out, how you want prices written, and where you want the shop to open.",
                    "While your list of visited pages is on, pages show again which programs you looked at last; your own browser remembers them, and our database does not.",
                    "Suggestions come from the same shelves and makers, and leave out what you hold a license for.",
                    "Each such part of a page says why it is there and can be switched off right there.",
                ),
            ),
        ),
        by=("core.wishes.read", "privacy.lately.service.leave_for", "privacy.lately.browser.lately"),
        setting="/privacy/preferences",
    ),
    Clause(
        id="P4d",
        title="No trade in data",
        sentences=(
            "We do not share what we know about you with other organizations for commercial purposes.",
            "Our pages load nothing from other companies: no letters, pictures, counters or scripts.",
        ),
        enforced="The register of recipients holds nobody with a commercial purpose, the gate refuses any such purpose, one module opens every connection that leaves the shop and only to a recipient of the register, and browsers are told to load nothing from elsewhere, but for the payment service's form where a card is paid.",
        by=("privacy.gate.permits", "core.outgoing.check", "core.headers.POLICY"),
        setting="/privacy/lists",
        added=(
            Added(
                since=2,
                sentences=(
                    "You pay through the payment service that you choose: it learns the amount, the currency and the order's number from us, and everything else from you.",
                    "The number of your card goes into its own form and never passes through our server.",
                    "The page on which you pay by card, and no other, loads that form from the payment service's own servers, once you have chosen to pay by card.",
                    "Of a business that bought without tax in another country of the European Union, the European Commission's service for VAT ids may learn the VAT id and ours, to say whether it is valid; we keep its answer with the invoice.",
                    "Of a bank transfer that arrives we keep the day and the amount, and neither the name nor the account of whoever sent it.",
                ),
            ),
        ),
    ),
    Clause(
        id="P5a",
        title="Cookie for preferences",
        sentences=("A cookie keeps how you want pages to look, once you save preferences.",),
        enforced="A cookie that is not in the register never leaves the program.",
        by=("privacy.cookies.Guard",),
        setting="/privacy/preferences",
    ),
    Clause(
        id="P5b",
        title="Cookies for your cart and your session",
        sentences=(
            "A cookie leads to your cart once you put something in, one says that you are signed in, and one carries a single sentence to the next page.",
            "No cookie is set before something you do needs it.",
        ),
        enforced="A cookie that is not in the register never leaves the program.",
        by=("privacy.cookies.Guard",),
        setting="/privacy/cookies",
    ),
    Clause(
        id="P5c",
        title="Cookie for the pages you visit",
        sentences=("A cookie leads to the list of the pages you visit, if you switched that list on.",),
        enforced="Set by the switch and taken back by it. What you looked at is read from it for 90 days and no longer.",
        by=("privacy.cookies.Guard", "privacy.lately.rules.kept"),
        added=(
            Added(
                since=2,
                sentences=(
                    "Behind it that cookie holds the last eight programs you looked at, each for 90 days, so that pages can show them again.",
                ),
            ),
        ),
        setting="page_history",
    ),
    Clause(
        id="P5d",
        title="Cookie for the forum",
        sentences=("A cookie of the forum, sent to the forum only, keeps what the forum must know to let you in.",),
        enforced="It has the path /forum; with any other path it never leaves the program.",
        by=("privacy.cookies.Guard",),
        setting="/privacy/cookies",
    ),
    Clause(
        id="P6",
        title="No more mail",
        sentences=(
            "If you want no more mail from us, say so by e-mail to {support_email}, with the link in the mail, or in your privacy panel.",
            "We do not ask who you are before we stop.",
            "Mails about your own orders still arrive.",
        ),
        enforced="Your wish is checked when a mail is written and again when it is sent. It outlives your account.",
        by=("privacy.contact.service.send", "privacy.contact.suppression.is_suppressed"),
        setting="newsletter",
        channels=("email",),
    ),
    Clause(
        id="P7",
        title="Your postal address",
        sentences=(
            "We use a postal address only for what you gave it for.",
            "For anything else we ask you first.",
        ),
        enforced="An address is kept together with what it was given for, and the gate compares the two.",
        by=("privacy.gate.permits",),
        setting="/account/privacy",
    ),
    Clause(
        id="P8",
        title="Your telephone number",
        sentences=(
            "We use a telephone number only about the order that you placed online with it.",
            "It is kept closed, opened only to reach you about that order while it is open, and deleted soon after the order closes.",
            "A text message counts as a call.",
        ),
        enforced="The number is sealed, belongs to its order, and the gate opens it for no other purpose. Each opening is shown to you.",
        by=("privacy.gate.permits", "core.sealed.SealedText"),
        setting="/account/privacy",
    ),
    *RIGHTS,
)
