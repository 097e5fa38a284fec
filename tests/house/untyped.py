"""Declared columns of text in which no word of the canary can stand, each with the reason. All others must hold one."""

WHY_NOT = {
    "a word of a list of ours": """
        acceptance.place acceptance.text access_entry.actor_kind access_entry.labels access_entry.purpose access_entry.reason
        access_entry.role audit_entry.actor_kind audit_entry.role audit_entry.thing audit_entry.verb bounce.status
        cart_line.currency_seen checkout_draft.country consent_entry.how consent_entry.purpose correction.actor_kind
        correction.field correction.role correction.thing data_export.state data_key.kept_as erasure.actor_kind
        erasure.posts erasure.said handover.state identity_link.kind invoice.kind key_dispute.state key_step.state key_step.verb
        legal_hold.kept_as license.rested_from license.state license_rest.cause mail.name mail.purpose mail.state mailed_link.purpose order.country order.state
        order.kind order.tax_kind organization_invitation.role organization_invitation.state organization_member.role joint_purchase.state license_seat.state requisition.state order_step.state order_step.verb paper_tax.country payment_dispute.currency payment_dispute.reason
        payment_dispute.state payment_event.effect payment_intent.currency payment_intent.gateway payment_intent.state
        payment_return.currency payment_return.reason postal_address.given_for postal_grant.given_for receipt.deed
        receipt.how receipt.purpose saved_method.gateway subscription.state subscription.term refund.cause refund.currency refund_request.currency refund_request.state report.outcome request.door request.kind request.outcome request.state
        request_event.actor_kind request_event.role request_event.state request_event.verb staff_grant.permission
        survey_taken.how ticket.door ticket.kind ticket.state ticket_message.direction transfer_receipt.currency
        transfer_receipt.effect vat_answer.standing vat_inquiry.state visit.route wish.currency_seen withdrawal_answer.verdict
    """,
    "made or written by the program, without a word of the person's": """
        account.number account.password_hash account_session.browser known_browser.browser api_token.last_four api_token.scopes data_export.file_key erasure.reference invoice.number
        second_factor.secret license.key license.last_five license.public_id license_certificate.number mail.headers mail.html mail.subject
        mail.text order.number pool_key.last_five receipt.document request.number
        quote.number quote.order_number saved_method.customer saved_method.label saved_method.method ticket.number wish_share.token withdrawal_answer.reason
    """,
    "typed by staff, or given by a supplier or an authority": """
        vat_answer.consultation
        audit_entry.details dispute_evidence.text key_batch.content key_dispute.answer legal_hold.lift_reason legal_hold.reason
        order_line.edition_title order_line.title pool_key.key refund.reason refund_request.reason request.answer request.delay request.proof
        review.answer review.answer_html review.hidden_reason voucher_claim.label
    """,
    "a kind of file, as the sender's program names it": "ticket_file.kind",
    "closed as it is read: tests/privacy/test_mail_comes_in.py": "received_mail.raw",
    "of an address not yet confirmed: tests/storefront/test_contact_changes.py": "mailed_link.address",
    "of people without an account: tests/privacy/test_newsletter.py": "newsletter_reader.address",
    "copied when staff agree: tests/storefront/test_correcting.py": "correction.new correction.old correction.why",
    "the canary holds no resold key: tests/storefront/test_key_disputes.py": "key_dispute.words",
    "what a checkout would say, written when a company asks: tests/storefront/test_quotes.py": "quote.frozen",
    "asked for by staff: tests/storefront/test_reaching.py": "postal_grant.text",
    "written for somebody else, who gets it by mail: tests/storefront/test_handover.py": "handover.address handover.words",
    "of people who buy together: tests/storefront/test_organizations.py": "organization.name organization_invitation.address",
    "written for others of an organization: tests/storefront/test_purchasing.py": "requisition.cost_centre requisition.reason",
    "of people who are given a seat: tests/storefront/test_seats.py": "license_seat.name license_seat.address",
    "sent by programs: tests/storefront/test_licensing_api.py": """
        license_device.public_id license_device.name license_device.platform license_device.locked license_event.details license_event.verb
        license_refusal.code
    """,
    "asked in surveys: tests/privacy/test_surveys.py": "survey_answer.text survey_named_answer.text",
}
WITHOUT = {label for labels in WHY_NOT.values() for label in labels.split()}
