"""A worker's own working hours: the usual week, and exceptions for single dates. What is chosen is saved at once."""

from collections.abc import Callable
from datetime import date

from conversations.absence_effects import DropDay, SetDay, SetWeekday
from conversations.away import days_from
from conversations.casework import TO_MENU, Effects, clock
from conversations.facts import PLANNED_DAYS, Plan, Span
from conversations.flow import Ask, Item, Listed, Menu, Option, Scene, State, says
from conversations.text import N_, Paragraph, Text, Words

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_BEGINNINGS = range(7 * 60, 18 * 60 + 1, 30)
_ENDS = range(7 * 60 + 30, 21 * 60 + 1, 30)
_SAVED = N_("Saved.")
_TO_PLAN = Option("plan", N_("Back to working hours"), "plan")


def _hours(span: Span | None) -> Text:
    return N_("{opens}–{closes}", opens=clock(span[0]), closes=clock(span[1])) if span else N_("day off")


def _day(day: date, plan: Plan) -> Words:
    """A date, with its name if it is a public holiday."""
    name = plan.holidays.get(day)
    return N_("{day} {holiday}", day=day, holiday=name) if name else N_("{day}", day=day)


def _plan(scene: Scene) -> Plan:
    return scene.facts.plan or Plan()


def _says_plan(scene: Scene) -> tuple[Paragraph, ...]:
    plan = _plan(scene)
    usual = tuple(
        N_("• {title}: {answer}", title=name, answer=_hours(span))
        for name, span in zip(_WEEKDAYS, plan.week, strict=False)
    )
    special = tuple(
        N_("• {title}: {answer}", title=_day(day, plan), answer=_hours(span)) for day, span in plan.exceptions
    )
    return (
        (N_("Your working hours:"), *usual),
        N_("Public holidays are days off, unless you set hours for the day."),
        (N_("Exceptions:"), *special) if special else (),
    )


def _planned_days(scene: Scene) -> tuple[Item, ...]:
    plan = _plan(scene)
    return tuple(
        Item(item.value, _day(date.fromisoformat(item.value), plan))
        for item in days_from(scene.facts.today, PLANNED_DAYS)
    )


def _exceptions(scene: Scene) -> tuple[Item, ...]:
    return tuple(
        Item(day.isoformat(), N_("{day}: {hours}", day=day, hours=_hours(span)))
        for day, span in _plan(scene).exceptions
    )


def _weekday(scene: Scene) -> Text:
    return _WEEKDAYS[int(scene.answer("weekday") or 0)]


def _date(scene: Scene) -> date:
    chosen = scene.answer("planned")
    return date.fromisoformat(chosen) if chosen else scene.facts.today


def _set_weekday(scene: Scene, span: Span | None) -> Effects:
    return (SetWeekday(int(scene.answer("weekday")), span),)


def _set_day(scene: Scene, span: Span | None) -> Effects:
    return (SetDay(_date(scene), span),)


def _hours_of(
    name: str, subject: Callable[[Scene], Text], saves: Callable[[Scene, Span | None], Effects]
) -> tuple[State, State]:
    """Two questions for the hours of a weekday or a date: a day off or the beginning, and then the end."""
    begins, ends = f"{name}_begins", f"{name}_ends"

    def since(scene: Scene) -> int | None:
        given = scene.answer(begins)
        return int(given) if given.isdecimal() else None

    def later(end: int) -> Callable[[Scene], bool]:
        return lambda scene: (begin := since(scene)) is not None and begin < end

    def until(end: int) -> Callable[[Scene], Effects]:
        return lambda scene: saves(scene, (since(scene) or 0, end))

    return (
        Ask(
            name=begins,
            ask=lambda scene: (subject(scene), N_("When does your work begin?")),
            columns=4,
            options=(
                *(Option(str(minute), clock(minute), ends) for minute in _BEGINNINGS),
                Option("off", N_("Day off"), "plan", does=lambda scene: saves(scene, None), says=says(_SAVED)),
            ),
        ),
        Ask(
            name=ends,
            ask=lambda scene: (
                N_("{day}, from {time}", day=subject(scene), time=clock(since(scene) or 0)),
                N_("When does your work end?"),
            ),
            columns=4,
            options=tuple(
                Option(str(end), clock(end), "plan", does=until(end), when=later(end), says=says(_SAVED))
                for end in _ENDS
            ),
        ),
    )


def _exception(scene: Scene) -> tuple[Paragraph, ...]:
    chosen = scene.answer("exception")
    return tuple(item.label for item in _exceptions(scene) if item.value == chosen)


PLAN = (
    Menu(
        name="plan",
        ask=_says_plan,
        needs=("plan",),
        options=(
            Option("weekday", N_("Change a weekday"), "plan_weekday"),
            Option("day", N_("Add an exception"), "plan_day"),
            Option(
                "remove", N_("Remove an exception"), "plan_remove", when=lambda scene: bool(_plan(scene).exceptions)
            ),
            TO_MENU,
        ),
    ),
    Menu(
        name="plan_weekday",
        ask=N_("Which weekday?"),
        listed=Listed(
            lambda scene: tuple(Item(str(n), name) for n, name in enumerate(_WEEKDAYS)), "plan_weekday_begins"
        ),
        saves="weekday",
        columns=2,
        options=(_TO_PLAN,),
    ),
    *_hours_of("plan_weekday", _weekday, _set_weekday),
    Menu(
        name="plan_day",
        ask=N_("Which day?"),
        needs=("plan",),
        listed=Listed(_planned_days, "plan_day_begins"),
        saves="planned",
        options=(_TO_PLAN,),
    ),
    *_hours_of("plan_day", lambda scene: N_("{day}", day=_date(scene)), _set_day),
    Menu(
        name="plan_remove",
        ask=N_("Which exception shall I remove?"),
        needs=("plan",),
        listed=Listed(_exceptions, "plan_remove_check"),
        saves="exception",
        options=(_TO_PLAN,),
    ),
    Menu(
        name="plan_remove_check",
        ask=lambda scene: (*_exception(scene), N_("After this the day is as in your usual week.")),
        needs=("plan",),
        options=(
            Option(
                "remove",
                N_("Remove"),
                "plan",
                does=lambda scene: (DropDay(date.fromisoformat(scene.answer("exception"))),),
                when=lambda scene: bool(_exception(scene)),
                says=says(N_("Removed.")),
            ),
            _TO_PLAN,
        ),
    ),
)
"""The states around working hours."""
