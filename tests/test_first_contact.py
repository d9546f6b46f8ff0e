"""A parent's way from /start to a worker who has claimed the case, through the whole service."""

from pathlib import Path

import pytest

from bot import render
from conversations.questions import REGIONS
from conversations.view import PAGE
from tests.theatre import NORTH, SOUTH, Theatre, theatre
from tests.walks import AFRAID, SHORTEST


async def test_the_shortest_safe_path_takes_twelve_taps_and_ends_with_a_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await stage.parent(*SHORTEST)
        assert len(SHORTEST) <= 12
        assert "K7F2" in parent.text
        assert "Mon 30 Nov" in parent.text

        await worker.presses("Open")
        assert "We have separated" in worker.text
        await worker.presses("Take this case")
        assert "yours" in worker.text
        assert "A worker has your request" in parent.text
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]


async def test_no_case_exists_before_send_and_a_draft_disappears_after_a_day(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:-1])
        assert not await stage.rows("SELECT 1 FROM cases")
        await stage.push(hours=23, minutes=59)
        assert await stage.rows("SELECT 1 FROM conversation")
        await stage.push(minutes=2)
        for table in ("person", "conversation", "consent", "story", "timer", "message"):
            assert not await stage.rows(f"SELECT 1 FROM {table}"), table
        assert parent.messages == []


async def test_any_answer_can_be_changed_in_the_summary(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*AFRAID)
        assert "Region: Lapland" in parent.text
        assert "Safety: answered" in parent.text
        await parent.presses("Change an answer", "Region", "Next", "Next", "Kainuu")
        assert "Region: Kainuu" in parent.text
        await parent.presses("Change an answer", "How to reach you", "By phone")
        assert "phone number" in parent.text
        await parent.types("040 123 4567")
        await parent.presses("Yes")
        assert "Voicemail: Yes" in parent.text
        await parent.presses("Send the request")
        answers = (await stage.rows("SELECT answers FROM party"))[0][0]
        assert '"phone":["+358 40 1234567"]' in answers
        assert await stage.rows("SELECT association FROM cases") == [(NORTH,)]


async def test_back_keeps_the_answers_and_comes_back_to_the_open_question(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:6], "Back", "Back")
        assert "alone or together" in parent.text
        await parent.presses("✓ Alone")
        assert "How old are the children?" in parent.text
        await parent.presses("Back", "Keep as it is")
        assert "How old are the children?" in parent.text


async def test_a_parent_learns_which_association_reads_the_answers(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:-1])
        assert "Esimerkkiyhdistys Etelä reads your answers." in parent.text
        await parent.presses("Change an answer", "Region")
        await parent.types("Lapland")
        assert "Esimerkkiyhdistys Pohjoinen reads your answers." in parent.text
        await parent.presses("Send the request")
        assert "Esimerkkiyhdistys Pohjoinen reads your answers." in parent.text


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("By phone", "040 123 4567", "Skip", "Skip"), "Next, a worker calls you."),
        (("By phone", "040 123 4567", "Skip", "Weekdays 16–20"), "calls you.\nYour safe times: Weekdays 16–20"),
        (("By phone", "040 123 4567", "Skip", "Only when I write"), "Open this chat when it is safe"),
        (("In this chat", "Skip"), "Open this chat when it is safe"),
        (("In this chat", "Weekdays 16–20"), "a worker reads it and contacts you"),
    ],
)
async def test_what_comes_next_fits_how_somebody_with_an_unsafe_phone_can_be_reached(
    answers: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:2], "It is not safe", "Go on", *SHORTEST[3:-2])
        for answer in answers:
            await parent.types(answer)
        await parent.presses("Continue", "Any of these", "Suomi", "Send the request")
        assert told in parent.text
        assert ("calls" in parent.text) == ("calls" in told)
        await worker.presses("Open", "Take this case")
        await parent.start()
        assert ("calls" in parent.text) == ("calls" in told)


async def test_every_region_can_be_typed_although_the_list_has_pages(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla", "fi")
        await parent.start()
        for answer in ("1", "1", "1", "2", "1"):
            await parent.types(answer)
        for region, name in REGIONS.items():
            assert "Missä päin asut?" in parent.text
            assert len(parent.screen["reply_markup"]["inline_keyboard"]) <= PAGE, (
                "the question is not pushed out of sight"
            )
            await parent.types(render.words(name, "fi").lower())
            assert "Minkä ikäisiä lapset ovat?" in parent.text
            ((body,),) = await stage.rows("SELECT body FROM conversation")
            assert f'"region":["{region}"]' in body
            await parent.presses("Takaisin")


async def test_a_request_can_be_changed_until_it_is_claimed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST, "Change an answer", "Change an answer", "Situation", "Blended family")
        assert "The changes are not saved yet" in parent.text
        await parent.presses("Save the changes")
        assert "has been sent" in parent.text
        await worker.presses("Open")
        assert "Blended family" in worker.text
        await worker.presses("Take this case")
        await parent.start()
        assert "Change an answer" not in parent.buttons
        names = [name for (name,) in await stage.rows("SELECT name FROM case_event ORDER BY id")]
        assert names == ["opened", "changed", "claimed"]


async def test_what_is_stored_counts_only_answers_that_were_not_sent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:4])
        await parent.types("/mydata")
        assert "• 4 unsent answers" in parent.text
        await parent.presses("Return", *SHORTEST[4:], "Change an answer")
        await parent.types("/mydata")
        assert "unsent" not in parent.text
        await parent.presses("Return", "Change an answer", "Situation", "Blended family")
        await parent.types("/mydata")
        assert "• One unsent answer" in parent.text
        assert "• Your request K7F2" in parent.text


async def test_a_request_that_changes_its_region_goes_to_the_other_associations_queue(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        south, north = await stage.staff("Tuuli"), await stage.staff("Sade", association=NORTH)
        lead, parent = await stage.staff("Päivi", "lead"), stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST)
        assert "new request waits" in south.text
        before = len(north.messages)
        await parent.presses("Change an answer", "Change an answer", "Region")
        await parent.types("Lapland")
        assert len(north.messages) == before, "nobody hears of what is not saved"
        await parent.presses("Save the changes")
        assert await stage.rows("SELECT association, status FROM cases") == [(NORTH, "waiting")]
        for heard in (south, lead):
            assert "K7F2 is no longer in your queue" in heard.text
            assert heard.buttons == []
        assert "A new request waits: K7F2 · Esimerkkiyhdistys Pohjoinen" in north.text
        await south.presses("Open")
        seen = "\n".join(message["text"] for message in south.messages)
        assert "not available to you" in seen
        assert "Lapland" not in seen
        await north.presses("Open", "Take this case")
        assert "Region: Lapland" in north.text
        names = [name for (name,) in await stage.rows("SELECT name FROM case_event ORDER BY id")]
        assert names == ["opened", "changed", "moved", "claimed"]


async def test_withdrawing_removes_the_answers_and_tells_the_worker_who_had_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent(*SHORTEST)
        await worker.presses("Open", "Take this case")
        await parent.start()
        await parent.presses("Withdraw the request", "Yes, withdraw it")
        assert "removed" in parent.text
        assert "withdrawn the request K7F2" in worker.text
        assert await stage.rows("SELECT status, part FROM cases JOIN work ON case_id=id") == [("withdrawn", "lead")]
        assert not await stage.rows("SELECT 1 FROM party")
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", parent.id)


async def test_fear_is_shown_to_the_worker_first_and_nowhere_else(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli", association=NORTH)
        elsewhere = await stage.staff("Sade", association=SOUTH)
        await stage.parent(*AFRAID, "Send the request")
        assert "⚠" not in worker.text
        await worker.presses("Open")
        assert worker.text.index("privately") < worker.text.index("Afraid of the other parent: Sometimes")
        assert "No request waits" in elsewhere.text
        await elsewhere.start("c-K7F2")
        assert "not available" in elsewhere.text


async def test_somebody_under_eighteen_gets_the_childrens_lines_and_leaves_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        child = stage.person("Routa")
        await child.start()
        await child.presses("I agree, let us begin", "Under 18")
        assert "116\u00a0111" in child.text
        assert "112" in child.text
        await leaves_nothing(stage)


async def leaves_nothing(stage: Theatre) -> None:
    """Nothing is stored about anybody."""
    for table in ("person", "conversation", "consent", "story", "message", "timer", "party"):
        assert not await stage.rows(f"SELECT 1 FROM {table}"), table
    assert not await stage.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL")
    assert not await stage.rows("SELECT 1 FROM outbox WHERE params IS NOT NULL")


async def test_a_professional_gets_the_contact(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        guest = stage.person("Lumi")
        await guest.start()
        await guest.presses("I agree, let us begin", "18 or over", "Yes, it is safe", "I am a professional")
        assert "Esimerkkiyhdistys" in guest.text


async def test_somebody_who_does_not_agree_gets_other_ways_and_leaves_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        guest = stage.person("Lumi")
        await guest.start()
        await guest.presses(*SHORTEST[:3])
        await guest.types("It has been a heavy autumn.")
        await guest.presses("Back", "Back", "Back", "I do not agree")
        assert "Esimerkkiyhdistys" in guest.text
        assert "Anonymous chat: apuaeroon.fi" in guest.text
        await leaves_nothing(stage)
        await guest.start()
        assert "✓ I agree, let us begin" not in guest.buttons


@pytest.mark.parametrize("way_out", ["I do not agree", "Under 18"])
async def test_who_takes_back_the_consent_after_sending_withdraws_the_request(way_out: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST, "Change an answer")
        while way_out not in parent.buttons:
            await parent.presses("Back")
        await parent.presses(way_out)
        await leaves_nothing(stage)
        assert await stage.rows("SELECT status FROM cases") == [("withdrawn",)]


async def test_a_story_is_shown_once_to_the_claiming_worker_and_then_gone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, colleague = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await stage.parent()
        await parent.types("A word before the consent is not kept.")
        assert not await stage.rows("SELECT 1 FROM story")
        await parent.presses(*SHORTEST[:4])
        await parent.types("It has been a heavy autumn for all of us.")
        assert "its worker sees it once" in parent.text
        assert "heavy autumn" not in parent.text
        await parent.presses(*SHORTEST[4:])
        await worker.presses("Open")
        assert not any("heavy autumn" in message["text"] for message in worker.messages)
        await worker.presses("Take this case")
        assert any(message["text"] == "It has been a heavy autumn for all of us." for message in worker.messages)
        assert all(message.get("has_protected_content") for message in worker.messages if message["from"]["is_bot"])
        assert not await stage.rows("SELECT 1 FROM story")
        assert not any("heavy" in message["text"] for message in colleague.messages)
        await parent.start()
        await parent.types("After the claim nothing is kept.")
        assert not await stage.rows("SELECT 1 FROM story")


async def test_text_is_kept_only_after_the_consent_and_where_it_can_reach_a_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        guest = stage.person("Lumi")
        await guest.start()
        await guest.types("Before the consent.")
        assert "I did not save this" in guest.text
        await guest.presses("I agree, let us begin", "18 or over", "Yes, it is safe", "I am a professional")
        await guest.types("My client's name is Kaarna.")
        assert "I did not save this" in guest.text
        await guest.presses("More")
        await guest.types("My client's name is Kaarna.")
        assert "I did not save this" in guest.text
        assert not await stage.rows("SELECT 1 FROM story")
        await guest.presses("Return", "Back")
        await guest.types("It has been a heavy autumn.")
        assert await stage.rows("SELECT words FROM story") == [("It has been a heavy autumn.",)]
