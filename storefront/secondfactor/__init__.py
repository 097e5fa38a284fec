"""The second factor of an account: codes of an authenticator, and ten recovery codes."""
