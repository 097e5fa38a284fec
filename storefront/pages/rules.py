"""What the shop's own texts are: pure."""

TERMS_VERSION = 1
"""The version of the Terms of Service that is in force: what people accept when they sign up and when they order."""
