"""Invitations by mail: to those alone who said yes to them, in steps that may be interrupted."""

from sqlalchemy import Select, func, select

from core import db, web
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotAllowed, NotFound
from core.jobs.service import job, start
from privacy.consent.models import ConsentEntry
from privacy.contact import service as contact
from privacy.contact.service import Letter
from privacy.surveys import service, writing
from privacy.surveys.models import Survey, SurveyTaken

PURPOSE = "survey_invitations"
INVITE, MIX = "surveys.invite", "surveys.mix"
STEP, MOST = 50, 400


def begin(survey_id: int, actor: Actor) -> None:
    """Invite everybody who wants to be invited and has not answered. Raises NotOpen."""
    survey = writing.get(survey_id)
    if service.phase_of(survey) != "open":
        raise service.NotOpen("Only an open survey can be mailed. Nothing was sent.")
    survey.inviting, survey.last_invited = True, 0
    audit.record(actor, "invite to survey", "survey", survey.id)
    start(INVITE)


def send_step() -> bool:
    """Put down the next mails; False when nothing is left. Each names survey and account, so that nobody gets two."""
    wanted = select(Survey).where(Survey.inviting).order_by(Survey.id).limit(1).with_for_update()
    survey = session.scalar(wanted)
    if survey is None:
        return False
    accounts = list(session.scalars(_willing(survey).limit(STEP))) if service.phase_of(survey) == "open" else []
    for account_id in accounts:
        _put(survey, account_id)
        survey.last_invited = account_id
    survey.inviting = bool(accounts)
    session.flush()
    return True


@job(INVITE, own_transactions=True, every=1)
def invite() -> None:
    """Each step is stored before the next begins."""
    for _ in range(MOST):
        with db.transaction():
            goes_on = send_step()
        if not goes_on:
            return


@job(MIX, every=60)
def mix() -> None:
    """Take the last traces of order from answers without a name."""
    service.mix()


def _put(survey: Survey, account_id: int) -> None:
    """One mail, or none: the gate keeps the address closed until the use is in force and the person has been told."""
    address = f"{web.settings().base_url.rstrip('/')}/surveys/{survey.slug}"
    context = {"title": survey.title, "intro": survey.intro, "purpose": survey.purpose, "address": address}
    letter = Letter(name="survey", context=context, once=f"survey:{survey.id}:account:{account_id}")
    try:
        contact.send(account_id, PURPOSE, letter)
    except (NotAllowed, NotFound):
        return


def _willing(survey: Survey) -> Select[int]:
    own = (ConsentEntry.purpose == PURPOSE, ConsentEntry.account_id > survey.last_invited)
    last = select(func.max(ConsentEntry.id)).where(*own).group_by(ConsentEntry.account_id)
    done = select(SurveyTaken.account_id).where(SurveyTaken.survey_id == survey.id)
    willing = select(ConsentEntry.account_id).where(ConsentEntry.id.in_(last), ConsentEntry.given)
    return willing.where(ConsentEntry.account_id.not_in(done)).order_by(ConsentEntry.account_id)
