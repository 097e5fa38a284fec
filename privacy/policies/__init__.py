"""The published versions of the policy."""
