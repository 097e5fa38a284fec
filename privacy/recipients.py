"""Who receives data from us, as published. To change one is to publish a new version of the policy."""

from privacy.terms import Recipient

MAILED = (
    "account",
    "licenses",
    "security",
    "support",
    "privacy_requests",
    "policy_notice",
    "forum_notifications",
    "newsletter",
    "survey_invitations",
)
"""What we write mails for, beside orders."""

RECIPIENTS = (
    Recipient(
        id="payment_service",
        name="The payment service that you choose at checkout",
        receives="the amount, the currency, the order's number, and what you type into its own form",
        purpose="orders",
        dpv="dpv:ThirdParty",
    ),
    Recipient(
        id="mail_carrier",
        name="The mail server that carries our mails",
        receives="the address and the text of mails to you, over an encrypted connection",
        purpose="orders",
        also_for=MAILED,
        dpv="dpv:DataProcessor",
    ),
    Recipient(
        id="vat_service",
        name="The European Commission's service for VAT ids (VIES)",
        receives="the VAT id of a business that bought without tax, and ours, to say whether the id is valid",
        purpose="invoice",
        since=2,
        dpv="dpv:Authority",
    ),
    Recipient(
        id="own_programs",
        name="Programs of our own that run elsewhere",
        receives="that something happened to a license or an order, by its number, and nothing about whose it is",
        purpose="licenses",
        since=3,
        dpv="dpv:DataProcessor",
    ),
    Recipient(
        id="dispute_service",
        name="The payment service, for your bank, where you had a payment taken back",
        receives="what you bought, when it was delivered and used, and what our staff write about it, if they answer your bank",
        purpose="orders",
        since=3,
        dpv="dpv:ThirdParty",
    ),
    Recipient(
        id="authorities",
        name="The tax office",
        receives="invoices, when it examines our books",
        purpose="invoice",
        dpv="dpv:Authority",
    ),
)
