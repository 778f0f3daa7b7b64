"""The year in its order: what happens in which part of the story, one step after the other."""

from collections.abc import Callable
from pathlib import Path

from app.house import House
from tests.e2e.story import part_a, part_b, part_c, part_d, part_e, part_f, part_g
from tests.e2e.story.year import Year
from tests.office import PASSWORD
from tests.serving import banjie

Step = Callable[[Year], None]

STEPS: tuple[Step, ...] = (
    part_a.preconditions,
    part_a.a1_who_may_not_register_is_told_who_does,
    part_a.a2_signed_for,
    part_a.a3_registered,
    part_a.a_letter_due_in_an_unknown_year,
    part_a.a5_reviewed,
    part_a.a6_proposed,
    part_a.a6a_the_director_agrees,
    part_a.a7_the_calendar_of_2026,
    part_a.a8_instructed_on_the_phone,
    part_a.a8a_the_same_on_paper,
    part_a.a9_circled_without_consent,
    part_a.a10_recorded_for_the_secretary,
    part_a.a11_confirmed_on_the_phone,
    part_a.a12_allocated_sentence_by_sentence,
    part_a.a13_declined_and_taken_off,
    part_a.a14_received_and_handed_on,
    part_a.a15_read_by_those_who_are_here,
    part_b.b1_drafted_from_what_came_in,
    part_b.b2_sent_back,
    part_b.b3_mended_and_compared,
    part_c.c1_the_report_is_put_forward,
    part_b.b4_asked_beside_each_other,
    part_a.a15_urged_once,
    part_b.b5_amended,
    part_b.b5a_agreed_by_the_substitute,
    part_b.b5b_answered_before_editing,
    part_c.c2_the_plan_is_put_forward,
    part_b.b6_edited,
    part_a.a15_urged_twice,
    part_b.b6a_the_director_agrees,
    part_b.b7_the_leader_agrees,
    part_b.b8_signed_on_the_phone,
    part_b.b9_something_is_missing,
    part_c.c1_its_leader_agrees,
    part_b.b9a_read_again_by_who_signed,
    part_b.b10_registered_and_numbered,
    part_b.b11_typeset_and_proofread,
    part_b.b12_sealed,
    part_c.c2_its_head_signs,
    part_a.a15_the_helping_unit_answers,
    part_a.a16_not_yet_to_be_closed,
    part_b.b13_dispatched,
    part_a.a15_read_late,
    part_c.c3_one_passes_the_other_goes_back,
    part_b.b14_sixteen_sign_the_same_day,
    part_c.c4_asked_beside_each_other,
    part_b.b14_the_last_is_urged,
    part_b.b14_all_have_signed,
    part_a.a16_reported,
    part_a.a17_closed,
    part_c.c4_complete_and_straight_back,
    part_c.c5_what_goes_to_the_meeting,
    part_c.c6_agenda_room_and_notice,
    part_c.c7_receipts_leave_and_a_written_opinion,
    part_c.c8_six_of_seven_are_there,
    part_c.c9_deliberated_and_voted_upon,
    part_c.c10_minutes_drafted_and_checked,
    part_c.c10_minutes_edited,
    part_c.c10_minutes_issued,
    part_c.c10_the_record_is_kept_apart,
    part_d.d1_four_candidates_and_none_taken_up,
    part_d.d1_two_become_one,
    part_d.d1_the_third_alone_the_fourth_a_task,
    part_d.d1_reviewed_and_approved,
    part_d.d1_the_task_is_done,
    part_d.d_visits_in_december,
    part_d.d_the_plan_is_issued,
    part_d.d_safety_26_december,
    part_d.d_visits_in_january,
    part_d.d_safety_9_january,
    part_d.d_safety_23_january,
    part_d.d_visits_are_reminded,
    part_d.d_an_extension_is_asked_for,
    part_e.others_before_it,
    part_d.d_safety_6_february,
    part_d.d_the_extension_is_granted,
    part_e.e_the_letter_comes_in,
    part_e.e_refused_until_it_is_a_report,
    part_e.e_only_the_principal_signs,
    part_e.e_signed_on_the_phone,
    part_e.e_numbered_printed_sealed,
    part_e.e_sent_and_the_letter_answered,
    part_d.d_visits_turn_red,
    part_d.d_visits_are_reported_to_their_leader,
    part_d.d_visits_are_sent_back,
    part_d.d_free_days_do_not_count,
    part_d.d_visits_pass,
    part_d.d_visits_are_read,
    part_d.d_both_are_closed,
    part_d.d2_the_bulletin_of_february,
    part_f.f_what_waits_is_listed,
    part_f.f_some_are_not_filed_for_a_reason,
    part_f.f_the_rest_is_put_together,
    part_f.f_numbered_once,
    part_f.f_examined,
    part_f.f_handed_over,
    part_g.g_the_wrong_date,
    part_g.g_the_missing_day,
    part_g.g_what_was_recorded,
    part_g.g_why_he_was_late,
    part_g.g_a_written_opinion_is_no_vote,
    part_g.g_who_read_the_plan,
    part_g.g_when_it_turned_red,
    part_g.g_the_thread_is_taken_along,
    part_g.g_he_cannot_act_and_is_seen,
)


SETTINGS = Path(__file__).parents[3] / "config.toml"
USUAL_LIMIT, OWN_LIMIT = 'urgency = ""\nhandling = "办件"\ndays = 10', 'urgency = ""\nhandling = "办件"\ndays = 45'


def own_settings(folder: Path) -> Path:
    """Custom is a setting: in this office what comes in without a mark is handled within 45 working days."""
    usual = SETTINGS.read_text(encoding="utf-8")
    assert USUAL_LIMIT in usual
    own = folder / "config.toml"
    own.write_text(usual.replace(USUAL_LIMIT, OWN_LIMIT), encoding="utf-8")
    return own


def settle(house: House) -> None:
    """Set the installation up as an office does: its tables and flows, then the people and what paper has used."""
    storage = house.settings.storage
    for arguments in (("init",), ("demo", "--password", PASSWORD)):
        banjie(storage.database_url, storage.data_dir, *arguments)
