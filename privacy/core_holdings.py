"""What the house's own tables hold about people; they stand below this area and cannot declare it themselves."""

from privacy.register import Holding, declare

_ACCOUNT = "as long as the account"

_email = Holding(
    category="email",
    collected_for=(
        "account",
        "orders",
        "licenses",
        "security",
        "support",
        "policy_notice",
        "privacy_requests",
        "invoice",
    ),
    also_for=("forum_notifications", "newsletter", "survey_invitations"),
    keep=_ACCOUNT,
    read_by=("self", "staff:support", "staff:privacy"),
    correct="yourself, with a confirmation by mail",
    correct_at="/account/details#address",
)
_fact = Holding(
    category="identifier",
    collected_for="account",
    keep=_ACCOUNT,
    read_by=("self", "staff:support", "staff:accounts"),
)
declare(
    "account",
    subject="id",
    title="Your account",
    email=_email,
    number=_fact,
    name_shown=Holding(
        category="name",
        collected_for=("account", "forum"),
        keep=_ACCOUNT,
        read_by=("everybody",),
        correct="yourself",
        correct_at="/account/details#name-shown",
        erase="with the account; posts stay under “a former member”",
    ),
    name_key=Holding(
        category="name",
        collected_for="account",
        keep=_ACCOUNT,
        read_by=(),
        export="the same as the name shown",
        correct="yourself",
        correct_at="/account/details#name-shown",
    ),
    password_hash=Holding(
        category="password",
        collected_for="security",
        keep=_ACCOUNT,
        read_by=(),
        export="never: a one-way fingerprint; we say that it exists",
        correct="yourself: choose another",
        correct_at="/account/security#password-title",
    ),
    password_at=Holding(
        category="password",
        collected_for="security",
        keep=_ACCOUNT,
        correct="yourself: choose another",
        correct_at="/account/security#password-title",
    ),
    policy_seen=Holding(
        category="choice",
        collected_for="policy_notice",
        keep=_ACCOUNT,
        correct="never: it is a record of what happened",
    ),
    created_at=_fact,
    confirmed_at=_fact,
    closed_at=_fact,
)

_session = Holding(
    category="browser",
    collected_for="security",
    keep="until it ends, 30 days at most",
    correct="yourself: end it",
    correct_at="/account/security",
)
declare(
    "account_session",
    subject="account_id",
    title="Browsers in which you are signed in",
    remembered=_session,
    browser=_session,
    created_at=_session,
    seen_at=_session,
    expires_at=_session,
    proved_at=_session,
    two_factors=_session,
)

_known = Holding(
    category="browser",
    collected_for="security",
    keep="a year after you last signed in with it",
    correct="never: it is a record of what happened",
)
declare(
    "known_browser",
    subject="account_id",
    title="Kinds of browsers you signed in with",
    browser=_known,
    seen_at=_known,
)

_factor = Holding(
    category="identifier",
    collected_for="security",
    keep="until you remove it",
    correct="yourself: remove it, and set up another",
    correct_at="/account/security/second-factor",
)
declare(
    "second_factor",
    subject="account_id",
    title="Your second factor",
    secret=Holding(
        category="identifier",
        collected_for="security",
        keep="until you remove it",
        export="never: whoever has it can sign in as you; your authenticator has it too",
        correct="yourself: remove it, and set up another",
        correct_at="/account/security/second-factor",
    ),
    made_at=_factor,
    confirmed_at=_factor,
    failed=_factor,
    wait_until=_factor,
    nothing_personal=("last_step",),
)
declare(
    "recovery_code",
    subject="account_id",
    title="Your recovery codes",
    made_at=_factor,
    used_at=_factor,
    nothing_personal=("code_hash",),
)

_token = Holding(
    category="identifier",
    collected_for="security",
    keep="until you revoke it or it ends, a year at most",
    correct="yourself: revoke it and make another",
    correct_at="/account/tokens",
)
declare(
    "api_token",
    subject="account_id",
    title="Tokens of programs that act for you",
    name=_token,
    scopes=_token,
    last_four=_token,
    made_at=_token,
    expires_at=_token,
    used_on=_token,
)

_link = Holding(category="identifier", collected_for="security", keep="until used or expired, a week at most")
declare(
    "mailed_link",
    subject="account_id",
    title="Links that were mailed to you",
    purpose=_link,
    address=Holding(
        category="email",
        collected_for=("account", "security"),
        keep="until used or expired, a week at most",
        correct="yourself: ask for another change",
        correct_at="/account/details#address",
    ),
    expires_at=_link,
    used_at=_link,
)

_grant = Holding(category="role", collected_for="security", keep=_ACCOUNT, read_by=("self", "staff:accounts"))
declare("staff_grant", subject="account_id", title="What you may do as staff", permission=_grant, granted_at=_grant)

_accepted = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep=_ACCOUNT,
    read_by=("self", "staff:privacy"),
    correct="never: it is a record of what happened",
)
declare(
    "acceptance",
    subject="account_id",
    title="Terms and policies you accepted",
    text=_accepted,
    version=_accepted,
    place=_accepted,
    accepted_at=_accepted,
)

_mail = Holding(
    category="communication",
    collected_for=(
        "account",
        "orders",
        "licenses",
        "security",
        "support",
        "policy_notice",
        "privacy_requests",
        "invoice",
        "forum_notifications",
        "newsletter",
        "survey_invitations",
        "demo_mailbox",
    ),
    keep="two years",
    read_by=("self", "staff:support", "staff:privacy"),
    correct="never: it is a record of what was sent",
    erase="with the account; what tax law asks for stays with its invoice",
)
declare(
    "mail",
    subject="account_id",
    title="Mails we sent you",
    columns={
        name: _mail
        for name in (
            "purpose",
            "name",
            "address",
            "subject",
            "text",
            "html",
            "headers",
            "state",
            "created_at",
            "sent_at",
        )
    },
    nothing_personal=("once", "attempts", "due_at"),
)

_audit = Holding(
    category="role",
    collected_for="security",
    keep="for as long as the shop exists",
    read_by=("self", "staff:audit"),
    correct="never: it is a record of what happened",
    erase="the name of the member of staff goes; the fact stays",
)
declare(
    "audit_entry",
    subject="actor_id",
    title="What you did as staff",
    at=_audit,
    actor_kind=_audit,
    role=_audit,
    verb=_audit,
    thing=_audit,
    details=_audit,
    nothing_personal=("thing_id", "chain"),
)

_key = Holding(
    category="identifier",
    collected_for="security",
    keep="as a fact, without the key, for as long as the account",
    export="the fact only, never the key",
    correct="never: it is a record of what happened",
)
declare(
    "data_key",
    subject="account_id",
    title="Keys under which your data are closed",
    kept_as=_key,
    created_at=_key,
    destroyed_at=_key,
    nothing_personal=("part", "mark", "wrapped", "last_use"),
)
