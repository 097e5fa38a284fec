"""However often and in whatever order a gateway tells its story, an order is settled once and nothing is revived."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.payments.rules import (
    ACTS,
    FINAL_STATES,
    Act,
    Effect,
    Event,
    EventKind,
    IntentState,
    PaymentConflict,
    PaymentFinished,
    PaymentInFlight,
    PaymentUnconfirmed,
    apply,
    check_act,
    check_next_attempt,
    idempotency_key,
)

unhurried = settings(deadline=None)
endings = st.sampled_from([EventKind.SUCCEEDED, EventKind.DECLINED, EventKind.CANCELLED])
middles = st.lists(st.sampled_from([EventKind.PROCESSING, EventKind.CONFIRMATION_ASKED]), max_size=4)
any_events = st.lists(st.builds(Event, sequence=st.integers(0, 8), kind=st.sampled_from(EventKind)), max_size=30)


@st.composite
def retold_stories(draw: st.DrawFn) -> tuple[EventKind, list[Event]]:
    """A consistent story of a gateway, delivered shuffled and with repetitions."""
    ending = draw(endings)
    story = [
        Event(sequence=place, kind=kind) for place, kind in enumerate([*draw(middles), ending, EventKind.PROCESSING], 1)
    ][:-1]
    repeated = draw(st.lists(st.sampled_from(story), max_size=8))
    return ending, draw(st.permutations(story + repeated))


def told(events: list[Event], state: IntentState = IntentState.PROCESSING) -> tuple[IntentState, list[Effect]]:
    watermark, effects = 0, []
    for event in events:
        state, watermark, effect = apply(state, watermark, event)
        effects.append(effect)
    return state, effects


@unhurried
@given(retold_stories())
def test_a_shuffled_and_repeated_story_ends_as_it_happened(story: tuple[EventKind, list[Event]]) -> None:
    ending, events = story
    state, effects = told(events)
    assert state.value == ending.value
    wanted = Effect.SETTLE_ORDER if ending is EventKind.SUCCEEDED else Effect.FAIL_ORDER
    assert effects.count(wanted) == 1
    assert {effect for effect in effects if effect is not wanted} <= {Effect.NONE, Effect.ASK_CONFIRMATION}


@unhurried
@given(any_events, st.sampled_from(IntentState))
def test_no_story_at_all_settles_twice_or_leaves_an_end(events: list[Event], start: IntentState) -> None:
    state, watermark, effects = start, 0, []
    for event in events:
        before, mark = state, watermark
        state, watermark, effect = apply(state, watermark, event)
        effects.append(effect)
        assert watermark == max(mark, event.sequence)
        assert before not in FINAL_STATES or state is before
        if event.sequence <= mark:
            assert (state, effect) == (before, Effect.NONE)
    assert effects.count(Effect.SETTLE_ORDER) <= (0 if start in FINAL_STATES else 1)


@unhurried
@given(any_events, st.sampled_from(IntentState))
def test_telling_a_story_twice_is_telling_it_once(events: list[Event], start: IntentState) -> None:
    state, watermark = start, 0
    for event in events:
        state, watermark, _ = apply(state, watermark, event)
    for event in events:
        assert apply(state, watermark, event) == (state, watermark, Effect.NONE)


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("state", IntentState)
def test_each_event_in_each_state(state: IntentState, kind: EventKind) -> None:
    step = apply(state, 3, Event(sequence=4, kind=kind))
    assert step.watermark == 4
    if state in FINAL_STATES:
        late_money = kind is EventKind.SUCCEEDED and state is not IntentState.SUCCEEDED
        assert (step.state, step.effect) == (state, Effect.RETURN_MONEY if late_money else Effect.NONE)
    else:
        names = {"confirmation_asked": "needs_confirmation", "refused": "needs_confirmation"}
        assert step.state.value == names.get(kind, kind.value)


def test_money_for_a_cancelled_attempt_is_returned_and_nothing_revived() -> None:
    step = apply(IntentState.CANCELLED, 1, Event(sequence=2, kind=EventKind.SUCCEEDED))
    assert step == (IntentState.CANCELLED, 2, Effect.RETURN_MONEY)
    late = Event(sequence=1, kind=EventKind.PROCESSING)
    assert apply(step.state, step.watermark, late) == (IntentState.CANCELLED, 2, Effect.NONE)


def test_a_lost_answer_is_found_again() -> None:
    lost = check_act(check_act(IntentState.CREATED, Act.SUBMIT), Act.LOSE_ANSWER)
    assert lost is IntentState.UNKNOWN
    with pytest.raises(PaymentInFlight, match="not be charged twice"):
        check_next_attempt(lost)
    found = apply(lost, 0, Event(sequence=1, kind=EventKind.SUCCEEDED))
    assert found == (IntentState.SUCCEEDED, 1, Effect.SETTLE_ORDER)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", IntentState)
def test_each_act_in_each_state(state: IntentState, act: Act) -> None:
    allowed = {
        "created": {"submit": "processing", "cancel": "cancelled"},
        "processing": {"lose_answer": "unknown"},
        "needs_confirmation": {"confirm": "processing", "cancel": "cancelled"},
        "unknown": {"submit": "processing"},
    }.get(state, {})
    if act in allowed:
        assert check_act(state, act) == allowed[act]
    else:
        with pytest.raises(PaymentConflict):
            check_act(state, act)


def test_ends_are_ends_and_flights_are_waited_for() -> None:
    assert not [pair for pair in ACTS if pair[0] in FINAL_STATES]
    with pytest.raises(PaymentFinished):
        check_act(IntentState.SUCCEEDED, Act.CANCEL)
    with pytest.raises(PaymentInFlight):
        check_act(IntentState.PROCESSING, Act.CANCEL)
    with pytest.raises(PaymentFinished):
        check_next_attempt(IntentState.SUCCEEDED)
    with pytest.raises(PaymentUnconfirmed, match="confirm or cancel"):
        check_next_attempt(IntentState.NEEDS_CONFIRMATION)
    with pytest.raises(PaymentInFlight):
        check_next_attempt(IntentState.CREATED)
    check_next_attempt(IntentState.DECLINED)
    check_next_attempt(IntentState.CANCELLED)


def test_one_key_per_order_and_attempt() -> None:
    assert idempotency_key("LP-2026-000123", 1) == "LP-2026-000123/1"
    pairs = [(order, attempt) for order in ("LP-2026-000001", "LP-2026-000011") for attempt in (1, 2, 11)]
    assert len({idempotency_key(*pair) for pair in pairs}) == len(pairs)
    with pytest.raises(ValueError, match="from one"):
        idempotency_key("LP-2026-000123", 0)
