"""Tables of surveys. Nothing leads from an answer without a name to who gave it (docs/decisions/0043)."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Big, Key
from core.sealed import Sealed, SealedText
from privacy.register import Holding, declare

QUIET = {"info": {"public": False}}
UNORDERED = {"info": {"public": False}, "sqlite_with_rowid": False}
"""No hidden row numbers, which would keep the order in which people came."""


class Survey(Base):
    """Questions with a first and a last day, and a day on which the answers are discarded."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("opens_on <= closes_on and closes_on < discard_on", name="days"),
        Index("ix_survey_state_id", "state", "id"),
        QUIET,
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    discard_on: Mapped[date] = mapped_column(Date, index=True)
    results_shown: Mapped[bool] = mapped_column(default=False)
    inviting: Mapped[bool] = mapped_column(default=False, index=True)
    last_invited: Mapped[int] = mapped_column(Big, default=0)


class SurveyQuestion(Base):
    """One question. A scale goes from 1 to 5."""

    __tablename__ = "survey_question"
    __table_args__ = (
        CheckConstraint("kind in ('single', 'several', 'scale', 'text')", name="kind"),
        Index("ix_survey_question_survey_id_position", "survey_id", "position"),
        QUIET,
    )

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(Big, ForeignKey("survey.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(300))
    position: Mapped[int]
    required: Mapped[bool] = mapped_column(default=False)


class SurveyOption(Base):
    """One thing to choose."""

    __tablename__ = "survey_option"
    __table_args__ = (Index("ix_survey_option_question_id_position", "question_id", "position"), QUIET)

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(Big, ForeignKey("survey_question.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class SurveyTaken(Base):
    """A member has answered (with or without their name) or declined, so that nobody answers twice. It has no time, and
    nothing in it is in an answer without a name."""

    __tablename__ = "survey_taken"
    __table_args__ = (CheckConstraint("how in ('named', 'nameless', 'declined')", name="how"), UNORDERED)

    survey_id: Mapped[int] = mapped_column(Big, ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        Big, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    how: Mapped[str] = mapped_column(String(8))


class SurveyAnswer(Base):
    """One answer to one question, by nobody we know: no account, no time, nothing shared with their other answers."""

    __tablename__ = "survey_answer"
    __table_args__ = (UNORDERED,)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(Big, ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(Big, ForeignKey("survey_question.id", ondelete="CASCADE"), index=True)
    option_id: Mapped[int | None] = mapped_column(Big, ForeignKey("survey_option.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)


class SurveyNamedAnswer(Base):
    """One answer to one question by somebody who ticked "with my name"."""

    __tablename__ = "survey_named_answer"
    __table_args__ = (Index("ix_survey_named_answer_survey_id_account_id", "survey_id", "account_id"), QUIET)

    id: Mapped[Key]
    survey_id: Mapped[int] = mapped_column(Big, ForeignKey("survey.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(Big, ForeignKey("account.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(Big, ForeignKey("survey_question.id", ondelete="CASCADE"), index=True)
    option_id: Mapped[int | None] = mapped_column(Big, ForeignKey("survey_option.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
    text: Mapped[Sealed | None] = mapped_column(SealedText("survey_named_answer.text"))


_named = Holding(
    category="communication",
    collected_for="surveys",
    keep="until the survey's last day, which stands beside its questions",
    read_by=("self", "staff:privacy"),
    correct="yourself while the survey is open: withdraw and answer again",
    erase="yourself while the survey is open, and with the account",
)
_nameless = Holding(
    category="communication",
    collected_for="surveys",
    keep="until the survey's last day, which stands beside its questions",
    read_by=("staff:privacy",),
    correct="not possible: nobody knows whose it is",
    erase="on the survey's last day",
)
_taken = Holding(
    category="choice",
    collected_for="privacy_requests",
    keep="until the survey's last day",
    correct="yourself while the survey is open",
    erase="with the account",
)
declare("survey_taken", subject="account_id", title="Surveys you answered or declined", how=_taken)
declare("survey_answer", subject="", title="Answers without a name", text=_nameless, nothing_personal=("number",))
declare(
    "survey_named_answer",
    subject="account_id",
    title="Answers you gave with your name",
    number=_named,
    option_id=_named,
    text=_named,
)
