"""Purposes, channels and cookies as published. To change one is to publish a new version of the policy."""

from privacy.terms import Added, Basis, Channel, Cookie, Purpose

VERSION = 3
"""The version of the policy that this register renders."""

DAY = 86_400

PURPOSES = (
    Purpose(
        id="account",
        name="Your account",
        sentence="To let you sign in, and to know that an account is yours.",
        basis=Basis.CONTRACT,
        dpv="dpv:AccountManagement",
    ),
    Purpose(
        id="orders",
        name="Your orders",
        sentence="To take, fulfil and show your orders, and to tell you how they stand.",
        basis=Basis.CONTRACT,
        dpv="dpv:FulfilmentOfContractualObligation",
    ),
    Purpose(
        id="licenses",
        name="Your licenses",
        sentence="To issue your license keys, show them to you again and let your programs check them.",
        basis=Basis.CONTRACT,
        dpv="dpv:ServiceProvision",
    ),
    Purpose(
        id="telephone_order",
        name="Calls about an order",
        sentence="To call you about an order that you placed online, while it is open.",
        basis=Basis.CONTRACT,
        dpv="dpv:CustomerOrderManagement",
    ),
    Purpose(
        id="invoice",
        name="Invoices",
        sentence="To write your invoice and to keep it for as long as tax law asks.",
        basis=Basis.LEGAL,
        dpv="dpv:LegalCompliance",
    ),
    Purpose(
        id="forum",
        name="The forum",
        sentence="To show what you post, under the name you chose, to whoever may read that board.",
        basis=Basis.CONTRACT,
        dpv="dpv:ServiceProvision",
    ),
    Purpose(
        id="reviews",
        name="Reviews",
        sentence="To show what you write about a product that you hold, under the name you chose, and to count it once.",
        basis=Basis.CONTRACT,
        since=2,
        dpv="dpv:ServiceProvision",
    ),
    Purpose(
        id="wishlist",
        name="Your wishlist",
        sentence="To keep the products you marked for later, and to say what changed about them when you look.",
        basis=Basis.CONTRACT,
        since=2,
        dpv="dpv:ServiceProvision",
    ),
    Purpose(
        id="forum_notifications",
        name="Forum mail",
        sentence="To mail you when somebody answers where you asked to be told.",
        basis=Basis.CONSENT,
        optional=True,
        by_mail=True,
        dpv="dpv:CommunicationManagement",
    ),
    Purpose(
        id="support",
        name="Answers",
        sentence="To answer what you ask us.",
        basis=Basis.CONTRACT,
        dpv="dpv:CustomerCare",
    ),
    Purpose(
        id="security",
        name="Safety",
        sentence="To keep strangers out of your account and abuse out of the shop.",
        basis=Basis.INTEREST,
        dpv="dpv:EnforceSecurity",
    ),
    Purpose(
        id="policy_notice",
        name="Notices about this policy",
        sentence="To tell you of a change to this policy before it takes effect.",
        basis=Basis.LEGAL,
        by_mail=True,
        dpv="dpv:LegalCompliance",
    ),
    Purpose(
        id="privacy_requests",
        name="Your privacy choices",
        sentence="To remember and to honor what you decided here, and to prove that we did.",
        basis=Basis.LEGAL,
        dpv="dpv:RightsFulfilment",
    ),
    Purpose(
        id="page_history",
        name="Pages you visit",
        sentence="To keep a list of the pages you open, for you to look at and for suggestions if you want those, too.",
        basis=Basis.CONSENT,
        optional=True,
        dpv="dpv:UserInterfacePersonalisation",
    ),
    Purpose(
        id="suggestions",
        name="Suggestions",
        sentence="To suggest products after the pages you visited; needs the list of pages you visit.",
        basis=Basis.CONSENT,
        optional=True,
        dpv="dpv:ProvidePersonalisedRecommendations",
    ),
    Purpose(
        id="newsletter",
        name="Newsletter",
        sentence="To mail you news about our own products, a few times a year.",
        basis=Basis.CONSENT,
        optional=True,
        by_mail=True,
        dpv="dpv:DirectMarketing",
    ),
    Purpose(
        id="survey_invitations",
        name="Invitations to surveys",
        sentence="To ask you by mail to take part in a survey.",
        basis=Basis.CONSENT,
        since=2,
        optional=True,
        by_mail=True,
        dpv="dpv:CommunicationManagement",
    ),
    Purpose(
        id="surveys",
        name="What you answer in surveys",
        sentence="To find out what you think, where you choose to answer a survey.",
        basis=Basis.CONSENT,
        since=2,
        dpv="dpv:CustomerCare",
    ),
    Purpose(
        id="measurement",
        name="Counting visits",
        sentence="To see which pages are read at all, as sums per day and page, and to make them better.",
        basis=Basis.INTEREST,
        aggregates_only=True,
        dpv="dpv:ServiceOptimisation",
    ),
    Purpose(
        id="demo_mailbox",
        name="The demonstration's mailbox",
        sentence="To show, in a demonstration only, the mails to its invented people.",
        basis=Basis.INTEREST,
        dpv="dpv:TechnicalServiceProvision",
    ),
)

CHANNELS = (
    Channel(id="email", setting="support_email", sentence="{address}", substitute="the address on the support page"),
    Channel(
        id="postal",
        setting="company_address",
        sentence="A letter to {address} does the same.",
        substitute="We take no letters; an e-mail does the same.",
    ),
    Channel(
        id="telephone",
        setting="company_phone",
        sentence="A call to {address} does the same.",
        substitute="We have no telephone line; an e-mail does the same.",
    ),
)

COOKIES = (
    Cookie(
        name="lp_prefs",
        clause="P5a",
        path="/",
        seconds=365 * DAY,
        lifetime="one year",
        necessary=False,
        sentence="How pages should look (theme, spacing, language, time zone) and which policy version you have seen; set when you save preferences.",
        added=(
            Added(
                since=2,
                sentences=(
                    "It also says how products are laid out, how prices are written, for which country and with or without its tax, and where the shop opens, if you chose that.",
                ),
            ),
        ),
    ),
    Cookie(
        name="lp_cart",
        clause="P5b",
        path="/",
        seconds=30 * DAY,
        lifetime="30 days",
        necessary=True,
        sentence="An opaque number that leads to your cart; set when you add the first item while signed out.",
    ),
    Cookie(
        name="lp_session",
        clause="P5b",
        path="/",
        seconds=30 * DAY,
        lifetime="until you close the browser, or 30 days if you ask to stay signed in",
        necessary=True,
        sentence="An opaque number that says you are signed in; set when you sign in, and worthless once you sign out.",
    ),
    Cookie(
        name="lp_note",
        clause="P5b",
        path="/",
        seconds=120,
        lifetime="one minute",
        necessary=True,
        sentence="One sentence from the page you sent to the page you see next (“Saved.”); gone as soon as it was shown.",
    ),
    Cookie(
        name="lp_visit",
        clause="P5c",
        path="/",
        seconds=90 * DAY,
        lifetime="90 days",
        necessary=False,
        sentence="An opaque number for the list of pages you visit; set when you switch that list on, and only then.",
        added=(
            Added(
                since=2,
                sentences=(
                    "Behind that number it holds the last eight programs you looked at, each for 90 days, and, while you are signed out, whether you want suggestions.",
                    "Each new one renews the cookie for 90 days; our database does not hold them.",
                ),
            ),
        ),
    ),
    Cookie(
        name="lp_forum",
        clause="P5d",
        path="/forum",
        seconds=180 * DAY,
        lifetime="180 days",
        necessary=False,
        sentence="What the forum must know to let you in and on where you stopped; set by an act of yours in the forum, and sent nowhere else.",
    ),
)
