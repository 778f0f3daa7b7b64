"""督办 and 任务交办 as two businesses: their rules by kind of step, their services, their records."""

from functools import partial

from workflows.contract import Business, by_facts
from workflows.supervision import delegates, looking_rules, rules, task_delegates, task_rules, watch_delegates
from workflows.supervision.days import CountDays, every_day
from workflows.supervision.records import RECORDS
from workflows.supervision.settings import SupervisionSettings


def supervision(settings: SupervisionSettings, days: CountDays = every_day) -> Business:
    """Return the business of 督办 of an office with these settings, which counts days by this calendar."""
    return Business(
        judges={
            looking_rules.SCREENING: looking_rules.judge_screening,
            "propose": partial(looking_rules.judge_proposal, settings=settings, days=days),
            "review": partial(looking_rules.judge_review, days=days),
            "approve": partial(looking_rules.judge_approval, days=days),
            "receive": looking_rules.judge_receipt,
            "handle": looking_rules.judge_report,
            "report": looking_rules.judge_report,
            "reply": looking_rules.judge_assistance,
            "sign_off": by_facts(rules.judge_sign_off),
            "verify": looking_rules.judge_verification,
            "instruct": by_facts(rules.judge_instruct),
            "close": by_facts(rules.judge_close),
        },
        services={
            "supervision.enter": partial(delegates.enter, settings=settings),
            "supervision.give_out": delegates.give_out,
            "supervision.plan_feedback": partial(watch_delegates.plan_feedback, settings=settings, days=days),
            "supervision.record_feedback": delegates.record_feedback,
            "supervision.watch": partial(watch_delegates.watch, settings=settings, days=days),
            "supervision.apply_for_closing": delegates.apply_for_closing,
            "supervision.ask_extension": delegates.ask_extension,
            "supervision.decide_extension": delegates.decide_extension,
            "supervision.pause": delegates.pause,
            "supervision.resume": partial(delegates.resume, days=days),
            "supervision.terminate": delegates.terminate,
            "supervision.urge": partial(watch_delegates.urge, settings=settings),
        },
        records=RECORDS,
        written=rules.WRITTEN | looking_rules.WRITTEN | delegates.WRITTEN | watch_delegates.WRITTEN,
    )


def task_assignment() -> Business:
    """Return the business of 任务交办; its records are those of :func:`supervision`."""
    return Business(
        judges={
            "allocate": task_rules.judge_allocation,
            "receive": task_rules.judge_receipt,
            "handle": by_facts(task_rules.judge_work),
            "verify": task_rules.judge_acceptance,
        },
        services={"task.enter": task_delegates.enter, "task.give_out": task_delegates.give_out},
        written=task_rules.WRITTEN | task_delegates.WRITTEN,
    )
