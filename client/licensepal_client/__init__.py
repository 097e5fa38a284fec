"""Checks LicensePal licenses: online, by signed files and by short codes."""

from licensepal_client.client import GRACE_DAYS, Client
from licensepal_client.results import (
    Expired,
    Grace,
    NotActivated,
    OverLimit,
    Refused,
    Result,
    Revoked,
    Suspended,
    Tampered,
    Unreachable,
    Valid,
)

__all__ = [
    "GRACE_DAYS",
    "Client",
    "Expired",
    "Grace",
    "NotActivated",
    "OverLimit",
    "Refused",
    "Result",
    "Revoked",
    "Suspended",
    "Tampered",
    "Unreachable",
    "Valid",
]
