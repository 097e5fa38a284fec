"""`flask privacy …`: what is done about people's data from a shell. Each feature adds its own command."""

from flask.cli import AppGroup

privacy = AppGroup("privacy", help="People's data: what expired, what was asked for, the record of processing.")
