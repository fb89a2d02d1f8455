"""Who answered is told by channel of exactly those who are released: not of who withdrew, who came late, or who never arrived."""

import json
from collections.abc import Iterable, Mapping

import pytest
from sqlalchemy import delete, func, select

from surveyapp.services import channels, frozen, moving, releasing, responses, settlements
from surveyapp.services.audit import OPERATOR
from surveyapp.services.channels import merged
from surveyapp.services.collectors import Collecting
from surveyapp.services.moving import Batch
from surveyapp.services.responses import Submission
from surveyapp.services.settlements import Place
from surveyapp.services.waves import find_wave
from surveyapp.store.migrating import downgrade, upgrade
from surveyapp.store.models import ChannelCount, Participation
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import (
    close_and_settle,
    count,
    gathered,
    inside,
    open_wave,
    settle_at_once,
    tiny,
    wave_of,
)
from tests.conftest import Database
from tests.services.test_releasing import NO_PAGES, WAVE
from tests.services.test_settling import arrive_late
from tests.services.test_settling_in_steps import CutShort, cut_after


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"web": 60, "chat": 10}, {"web": 60, "chat": 10}),
        ({"web": 60, "chat": 6, "tablet": 4}, {"web": 60, "*": 10}),
        ({"web": 60, "chat": 12, "tablet": 1}, {"web": 60, "*": 13}),
        ({"web": 60, "chat": 12, "tablet": 9}, {"web": 60, "*": 21}),
        ({"web": 60, "chat": 12, "tablet": 9, "*": 10}, {"web": 60, "*": 31}),
        ({"web": 9, "chat": 9}, {"*": 18}),
        ({"web": 12, "tablet": 3}, {"*": 15}),
        ({"web": 9}, {}),
    ],
)
def test_who_answered_is_told_of_ten_people_and_more_and_no_smaller_number_follows(
    counts: dict[str, int], told: dict[str, int]
) -> None:
    assert merged(counts, 10) == told
    assert sum(told.values()) in {sum(counts.values()), 0}


def through(sessions: Sessions, collecting: Collecting, people: Mapping[str, Iterable[int]]) -> dict[str, list[str]]:
    """So many answer through each channel; channel -> their receipts."""
    receipts: dict[str, list[str]] = {}
    with sessions.begin() as session:
        for channel, numbers in people.items():
            for person in numbers:
                answers = {"how": 1 + person % 3, "what": ["help"], "where": "farm"}
                sent = Submission(key=person.to_bytes(16), answers=answers, language="lv", channel=channel)
                accepted = responses.accept_submission(session, collecting, sent)
                receipts.setdefault(channel, []).append(accepted.receipt)
    return receipts


def opened(sessions: Sessions, *changes: tuple[str, str]) -> Collecting:
    with sessions.begin() as session:
        return open_wave(session, tiny("tiny", *changes))


def told(sessions: Sessions, release: Release) -> tuple[int, dict[str, dict[str, int]]]:
    """People of a release, and who answered as its report says."""
    with sessions.reading(release.org_id) as session:
        report = json.loads(frozen.content(session, release, frozen.REPORT))
    return report["counts"]["released"], report["who_answered"]


def made(sessions: Sessions) -> Release:
    return releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)


def test_who_withdrew_is_not_counted(sessions: Sessions) -> None:
    collecting = opened(sessions)
    receipts = through(sessions, collecting, {"web": range(30), "tablet": range(30, 45)})
    with sessions.begin() as session:
        for receipt in (*receipts["web"][:4], receipts["tablet"][0]):
            responses.withdraw(session, receipt)
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        finished = inside(session).execute(select(Participation.channel, func.count()).group_by(Participation.channel))
        assert sorted(tuple(row) for row in finished) == [("tablet", 15), ("web", 30)]
    assert told(sessions, made(sessions)) == (
        40,
        {"channel": {"tablet": 14, "web": 26}, "where": {"farm": 40}},
    )


def test_each_batch_counts_its_own_people_and_none_who_came_late(sessions: Sessions) -> None:
    collecting = gathered(sessions, 30)
    close_and_settle(sessions, collecting)
    arrive_late(sessions, collecting, range(100, 119))
    first = made(sessions)
    assert told(sessions, first)[1]["channel"] == {"web": 30}
    arrive_late(sessions, collecting, range(119, 121))
    close_and_settle(sessions, collecting)
    assert told(sessions, made(sessions)) == (21, {"channel": {"tablet": 21}, "where": {"-9": 21}})
    assert told(sessions, first)[1]["channel"] == {"web": 30}


def test_a_wave_that_settles_in_parts_tells_of_each_part_who_is_in_it(sessions: Sessions) -> None:
    collecting = opened(sessions)
    with sessions.begin() as session:
        wave_of(session, collecting).offers_withdrawal = False
    through(sessions, collecting, {"web": range(60), "tablet": range(60, 90)})
    with sessions.begin() as session:
        assert settle_at_once(session, wave_of(session, collecting), keep_open=True).responses == 70
    for people in (70, 20):
        released, who = told(sessions, made(sessions))
        assert (released, sum(who["channel"].values())) == (people, people)
        close_and_settle(sessions, collecting)


def test_once_a_batch_is_settled_the_store_holds_no_small_number(
    database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile it is counted as it is: a batch that is cut short is counted on by whoever ends it."""
    monkeypatch.setattr(moving, "AT_ONCE", 10)
    collecting = opened(sessions)
    through(sessions, collecting, {"web": range(24), "tablet": range(24, 36), "telegram": range(36, 39)})
    place = Place(sessions, database.owner_url)
    with pytest.raises(CutShort):
        settlements.settle(place, lambda session: wave_of(session, collecting), progress=cut_after(3))
    with sessions.reading() as session:
        assert sum(channels.of(session, wave_of(session, collecting), 1).values()) == 30
    settlements.settle(place, lambda session: wave_of(session, collecting))
    with sessions.reading() as session:
        assert channels.of(session, find_wave(session, WAVE), 1) == {"*": 15, "web": 24}


def test_where_groups_are_larger_no_smaller_number_is_kept_of_a_channel(sessions: Sessions) -> None:
    collecting = opened(sessions, ("release:\n", "release:\n  k: {analyst: 5, public: 12}\n"))
    through(sessions, collecting, {"web": range(24), "tablet": range(24, 38), "telegram": range(38, 49)})
    close_and_settle(sessions, collecting)
    assert told(sessions, made(sessions))[1]["channel"] == {"*": 25, "web": 24}


def test_of_fewer_than_ten_people_nothing_is_kept(sessions: Sessions) -> None:
    assert close_and_settle(sessions, gathered(sessions, 9)) == Batch(1, 9, 9)
    with sessions.reading() as session:
        assert count(session, ChannelCount) == 0


def test_a_channel_that_is_released_is_counted_by_its_labels_alone(sessions: Sessions) -> None:
    collecting = opened(sessions, ("[{column: where}]", "[{column: where}, {column: channel}]"))
    through(sessions, collecting, {"web": range(30), "tablet": range(30, 39)})
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        assert count(session, ChannelCount) == 0
    assert told(sessions, made(sessions))[1]["channel"] == {"*": 39}


def test_of_people_who_were_settled_before_channels_were_counted_nothing_is_told(
    database: Database, sessions: Sessions
) -> None:
    """Nor where only some of a batch were counted."""
    close_and_settle(sessions, gathered(sessions, 30))
    sessions.dispose()
    downgrade(database.owner_url, "0015")
    upgrade(database.owner_url)
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        session.execute(delete(ChannelCount).filter_by(org_id=wave.org_id))
        session.add(ChannelCount(org_id=wave.org_id, wave_id=wave.id, batch=1, channel="web", people=29))
    assert told(sessions, made(sessions)) == (30, {"where": {"farm": 30}})
