"""`flask policy check`, `draft` and `freeze`; what posts a version is in privacy.notices."""

import click
from flask.cli import AppGroup

from privacy import register
from privacy.policies import files

PUBLISHED = files.PUBLISHED

policy = AppGroup(
    "policy", help="The published privacy policy: check it against the program, publish the next version."
)


@policy.command("draft")
def draft() -> None:
    """Write the text of the register's version; refused once it is frozen."""
    try:
        place = files.draft(register.VERSION)
    except files.Frozen as frozen:
        raise click.ClickException(frozen.sentence) from None
    click.echo(f"Version {register.VERSION} is drafted in {place.name}.")


@policy.command("freeze")
def freeze() -> None:
    """Keep the fingerprint of the register's version: its words cannot be drafted again."""
    try:
        files.freeze(register.VERSION)
    except files.Frozen as frozen:
        raise click.ClickException(frozen.sentence) from None
    click.echo(f"Version {register.VERSION} is frozen.")
