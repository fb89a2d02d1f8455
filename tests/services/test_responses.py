"""A form from agreement to receipt: nothing is lost, nothing is stored twice, and what is over is over."""

from sqlalchemy import select

from surveyapp.services import collectors, responses, waves
from surveyapp.store.models import Door, Draft, Inbox, Participation, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import ANSWERS, answer, begin, count, draft_of, inside, open_wave, refused, respond, tiny, wave_of


def test_anna_answers_and_gets_a_receipt(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
    with sessions.begin() as session:
        answer(session, collecting, token)
    with sessions.begin() as session:
        accepted = responses.send(session, collecting, draft_of(session, collecting, token))
    with sessions.reading() as session:
        stored = inside(session).scalars(select(Inbox)).one()
        assert accepted.outcome == "created"
        assert stored.answers == {"how": 3, "what": ["help", "money"], "where": "town", "words": "Paldies!"}
        assert (stored.language, stored.channel, stored.variant) == ("lv", "web", "standard")
        assert responses.read_draft(session, collecting, token) is None
        assert responses.receipt(session, collecting, token) == accepted.receipt
        assert count(session, Draft) == 0
        assert [tuple(each) for each in waves.counts(session, wave_of(session, collecting))] == [("web", "finished", 1)]


def test_nothing_of_the_token_or_the_receipt_is_in_the_store(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        code = responses.short_code(session, collecting, draft_of(session, collecting, token))
        everything = [
            tuple(row)
            for table in (Draft, Door)
            for row in inside(session).connection().execute(select(*table.__table__.c))
        ]
        assert token not in repr(everything)
        assert code not in repr(everything)


def test_a_page_that_cannot_be_read_keeps_what_was_typed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        draft = draft_of(session, collecting, token)
        raw = ANSWERS | {"words": ["about twelve\x00\ud800"]}
        answered = responses.answer_page(session, collecting, draft, collecting.questionnaire.items, raw)
        assert [problem.item for problem in answered.problems] == ["words"]
    with sessions.reading() as session:
        draft = responses.read_draft(session, collecting, token)
        assert draft is not None
        assert draft.answers["typed"] == {"words": {"words": ["about twelve"]}}
        assert draft.answers["how"] == 3


def test_unread_answers_are_not_sent_and_stay(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(
            session, tiny("tiny", ("{id: how, type: rating", "{id: how, required: true, type: rating"))
        )
        token = begin(session, collecting)
        refusal = refused(
            "answers_need_change", responses.send, session, collecting, draft_of(session, collecting, token)
        )
        assert [(problem.item, problem.code) for problem in refusal.problems] == [("how", "required")]
        assert count(session, Inbox) == count(session, SubmissionKey) == 0
        assert draft_of(session, collecting, token).answers


def test_switching_the_language_midway_keeps_everything(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting, "lv")
        items = collecting.questionnaire.items[:2]
        draft = responses.keep(
            session, collecting, draft_of(session, collecting, token), items, {"how": ["2"]}, language="en", size=200
        )
        assert (draft.language, draft.size) == ("en", 200)
        draft = draft_of(session, collecting, token)
        assert (draft.language, draft.size, draft.answers["how"]) == ("en", 200, 2)
        assert "what" not in draft.answers
        assert draft.answers["preset"]["language"] == "en"


def test_an_answer_can_be_cleared_while_others_stay(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        answer(session, collecting, token)
        draft = responses.clear(session, collecting, draft_of(session, collecting, token), "how")
        assert "how" not in draft.answers
        assert draft_of(session, collecting, token).answers["where"] == "town"


def test_a_short_code_leads_back_and_stays_the_same(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        code = responses.short_code(session, collecting, draft_of(session, collecting, token))
    with sessions.begin() as session:
        assert responses.short_code(session, collecting, draft_of(session, collecting, token)) == code
    with sessions.reading() as session:
        resumed = responses.resume(session, f" {code[:4].lower()}-{code[4:]} ")
        assert resumed == (collecting.code, token)
        assert responses.resume(session, "ABCDEFGH") is None
        assert responses.resume(session, "") is None


def test_a_short_code_dies_with_its_draft(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        code = responses.short_code(session, collecting, answer(session, collecting, token))
        responses.send(session, collecting, draft_of(session, collecting, token))
        assert responses.resume(session, code) is None
        assert count(session, Door) == 1, "only the collector's own door is left"


def test_two_people_never_share_a_short_code(sessions: Sessions, monkeypatch) -> None:
    monkeypatch.setattr("surveyapp.services.codes.short_code_of", lambda token, attempt: f"ABCDEFG{attempt + 2}")
    with sessions.begin() as session:
        collecting = open_wave(session)
        tokens = [begin(session, collecting) for _ in range(3)]
        codes = [responses.short_code(session, collecting, draft_of(session, collecting, token)) for token in tokens]
        assert codes == ["ABCDEFG2", "ABCDEFG3", "ABCDEFG4"]
        assert [responses.resume(session, code).token for code in codes] == tokens


def test_declining_stores_a_count_and_nothing_else(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        responses.decline(session, collecting)
        responses.decline(session, collecting)
        assert [tuple(each) for each in waves.counts(session, wave_of(session, collecting))] == [("web", "declined", 2)]
        assert count(session, Draft) == count(session, Inbox) == count(session, SubmissionKey) == 0


def test_a_token_is_good_for_its_own_collector_only(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
    with sessions.begin() as session:
        other = open_wave(session, tiny("other"), "village/2010")
        assert responses.read_draft(session, other, token) is None
        assert responses.receipt(session, other, token) is None


def test_the_same_key_with_other_answers_changes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        first = responses.Submission(key=b"k" * 16, answers={"how": 3}, language="lv")
        again = responses.Submission(key=b"k" * 16, answers={"how": 1}, language="lv")
        created = responses.accept_submission(session, collecting, first)
        assert responses.accept_submission(session, collecting, first) == (created.receipt, "duplicate")
        assert responses.accept_submission(session, collecting, again) == (created.receipt, "changed")
        assert inside(session).scalars(select(Inbox)).one().answers["how"] == 3


def test_a_withdrawn_response_is_gone_and_a_retry_does_not_bring_it_back(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        submission = responses.Submission(key=b"k" * 16, answers={"how": 3}, language="lv")
        created = responses.accept_submission(session, collecting, submission)
        assert responses.withdraw(session, created.receipt.lower()) is None
        assert count(session, Inbox) == 0
        assert responses.accept_submission(session, collecting, submission) == (created.receipt, "duplicate")
        assert count(session, Inbox) == 0
        assert count(session, Participation) == 1


def test_withdrawing_says_nothing_about_whether_the_receipt_was_right(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        respond(session, collecting)
        assert responses.withdraw(session, "0000-0000-0000-0000-0000-0") is None
        assert responses.withdraw(session, "not a receipt \x00 at all") is None
        assert count(session, Inbox) == 1


def test_a_closed_wave_takes_nothing_new_but_still_shows_receipts(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        sent = begin(session, collecting)
        accepted = responses.send(session, collecting, answer(session, collecting, sent))
        begun = begin(session, collecting)
        submission = responses.Submission(key=b"k" * 16, answers={"how": 3}, language="lv")
        responses.accept_submission(session, collecting, submission)
    with sessions.begin() as session:
        assert waves.close(session, wave_of(session, collecting)) == (True, 1)
    with sessions.begin() as session:
        stale = collecting
        refused("closed", collectors.find, session, collecting.code)
        collecting = collectors.find(session, collecting.code, closed_too=True)
        assert collecting.state == "closed"
        refused("closed", responses.open_form, session, collecting, responses.Chosen(language="lv"))
        assert responses.read_draft(session, collecting, begun) is None
        assert responses.receipt(session, collecting, sent) == accepted.receipt
        assert responses.accept_submission(session, collecting, submission).outcome == "duplicate"
        late = responses.Submission(key=b"l" * 16, answers={"how": 3}, language="lv")
        refused("closed", responses.accept_submission, session, collecting, late)
        refused("closed", responses.accept_submission, session, stale, late)


def test_an_unknown_code_is_refused(sessions: Sessions) -> None:
    with sessions.begin() as session:
        refused("unknown_code", collectors.find, session, "ABCDEFGH")
        refused("unknown_code", collectors.find, session, "\x00")
