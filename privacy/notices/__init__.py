"""Telling people that the policy changes: the banner, the mail to each, and what is new to the reader."""
