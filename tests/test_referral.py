"""A professional refers a client or hands over a link: consent, no name, no story, one refusal for every bad link, and
a referrer who hears two sentences and is forgotten."""

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from conversations.flow import AskText
from conversations.moves import NOT_AVAILABLE
from conversations.referral import REFERRAL
from tests.theatre import MONDAY, NORTH, Actor, Theatre, said, theatre
from tests.walks import SHORTEST

PROFESSIONAL = ("I agree, let us begin", "18 or over", "Yes, it is safe", "I am a professional")
UNSAFE = ("I agree, let us begin", "18 or over", "It is not safe", "Go on", "I am a professional")
CALL = ("Refer a client", "Yes, the client agrees", "The client contacts us", "Health care", "Nurse or doctor")
SEND = ("Skip", "Uusimaa", "Skip", "No", "Send the referral")
REFERRED = (*PROFESSIONAL, *CALL, *SEND)
LINK = (*PROFESSIONAL, "Make a link for a client", "Police or court", "Make the link")
HAS_IT = "A worker has the case that you referred."
SATURDAY = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


async def lumi(stage: Theatre, *labels: str) -> Actor:
    """A professional who has pressed these buttons."""
    actor = stage.person("Lumi")
    await actor.start()
    await actor.presses(*labels)
    return actor


def code_for(actor: Actor) -> str:
    """The code of the newest link that somebody was given."""
    return [m[1] for message in actor.messages for m in re.finditer(r"\?start=([\w-]+)", said(message))][-1]


async def told(stage: Theatre) -> dict[str, list[str]]:
    ((answers,),) = await stage.rows("SELECT answers FROM referral")
    return msgspec.json.decode(answers, type=dict[str, list[str]])


async def refused(stage: Theatre) -> int:
    return len(await stage.rows("SELECT 1 FROM audit WHERE action='refused' AND part='code' AND case_id IS NULL"))


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


# What is told


def test_a_clients_name_is_asked_nowhere_and_no_room_is_left_for_a_story() -> None:
    typed = [state for state in REFERRAL if isinstance(state, AskText)]
    assert [state.name for state in typed] == ["client_phone", "organisation"]
    assert all(state.reads == "phone" or state.limit <= 60 for state in typed)


async def test_a_referral_is_a_case_without_a_party(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        await lumi(stage, *REFERRED)
        assert await stage.rows("SELECT source, sector, risk, status FROM cases") == [
            ("professional", "health", 0, "waiting")
        ]
        assert not await stage.rows("SELECT 1 FROM party")
        assert {*await told(stage)} == {
            *("client_agrees", "client_reach", "sector", "role", "organisation"),
            *("ref_region", "ref_children", "risk_known"),
        }, "nothing of the professional's own answers"


@pytest.mark.parametrize(("answer", "risk"), [("Yes", 1), ("No", 0), ("I do not know", 1)])
async def test_a_risk_that_is_known_or_unknown_signs_risk(answer: str, risk: int, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        await lumi(stage, *PROFESSIONAL, *CALL, *SEND[:3], answer, "Send the referral")
        assert await stage.rows("SELECT risk FROM cases") == [(risk,)]


async def test_without_the_clients_consent_nothing_is_sent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        professional = await lumi(stage, *PROFESSIONAL, "Refer a client", "No, or not asked yet")
        assert "nothing is sent" in professional.text
        assert professional.buttons[:2] == ["Make a link for a client", "Back"]
        await professional.presses("Make a link for a client", "Health care", "Make the link")
        assert not await stage.rows("SELECT 1 FROM cases")
        assert "No request waits" in worker.text


async def test_a_consent_that_is_taken_back_leads_away_from_sending(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        professional = await lumi(stage, *PROFESSIONAL, *CALL, *SEND[:-1])
        await professional.presses("Change an answer", "Client's consent", "No, or not asked yet")
        assert "Send the referral" not in professional.buttons
        assert not await stage.rows("SELECT 1 FROM cases")


async def test_a_contact_card_is_never_the_clients_number(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        professional = await lumi(stage, *PROFESSIONAL, *CALL[:2], "By phone")
        for owner in (professional.id, None):
            stage.emulator.send_contact(professional.id, "+358401234567", of=owner)
            await stage.settle()
            assert "I did not save the contact card" in professional.text
            assert "What is the client's phone number?" in professional.text
        await professional.types("040 765 4321")
        assert "When is it safe to call the client?" in professional.text
        await professional.presses("Skip", *CALL[3:], *SEND)
        assert (await told(stage))["client_phone"] == ["+358 40 7654321"]
        assert not any("7654321" in m["text"] for m in professional.messages if m["from"]["is_bot"])


async def test_stories_are_not_kept_in_the_branch_and_earlier_ones_go(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        professional = await lumi(stage, *PROFESSIONAL[:-1])
        await professional.types("My client's name is Kaarna.")
        assert await stage.rows("SELECT 1 FROM story")
        await professional.presses(PROFESSIONAL[-1])
        for label in (*CALL, *SEND):
            if label != "Skip":
                await professional.types("My client Kaarna was hit last night and has not slept since, she told me.")
                assert "I did not save this" in professional.text
            await professional.presses(label)
        await professional.types("My client's name is Kaarna.")
        assert "I did not save this" in professional.text
        assert not await stage.rows("SELECT 1 FROM story")
        await worker.presses("Open", "Take this case")
        assert not any("Kaarna" in message["text"] for message in worker.messages)


# Who sees it


async def test_the_worker_reads_the_referral_and_nothing_is_offered_that_needs_a_party(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await worker.presses("Open", "Take this case")
        for words in ("Referred by a professional:", "Sector: Health care", "Role: Nurse or doctor", "Region: Uusimaa"):
            assert words in worker.text
        assert "Next: contact the client as the professional told" in worker.text
        assert "The professional hears only that a worker has it." in worker.text
        assert not {"Write to the parent", "I talked with them alone", "Messages"} & {*worker.buttons}
        await worker.presses("More about the case")
        assert "Correct an answer" not in worker.buttons


async def test_another_associations_worker_sees_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        stranger = await stage.staff("Pohja", association=NORTH)
        before = [message["text"] for message in stranger.messages]
        await lumi(stage, *REFERRED)
        assert [message["text"] for message in stranger.messages] == before
        await stranger.start("c-K7F2")
        assert "Health care" not in stranger.text
        assert "This case is not available to you." in stranger.text
        await stranger.presses("Front page")
        assert "No request waits" in stranger.text


# What the professional hears


async def test_the_professional_hears_received_and_that_a_worker_has_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await professional.start()
        assert "The referral has been received." in professional.text
        await worker.presses("Open", "Take this case")
        notice = professional.text
        assert notice.startswith("Hello! You can read this in peace")
        assert HAS_IT in notice
        assert not any("K7F2" in message["text"] or "Tuuli" in message["text"] for message in professional.messages)
        assert not any("has been received" in message["text"] for message in professional.messages)


async def test_the_professional_is_forgotten_after_the_claim(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await stage.push(hours=26)
        assert await stage.rows("SELECT 1 FROM person WHERE chat_id=?", professional.id), "a referral waits"
        await worker.start("c-K7F2")
        await worker.presses("Take this case")
        assert await stage.rows("SELECT person_id FROM referral") == [(None,)]
        await stage.push(hours=25)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", professional.id)
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]
        assert await told(stage)


async def test_over_the_weekend_the_notice_comes_first_and_the_forgetting_after_it(tmp_path: Path) -> None:
    async with theatre(tmp_path, SATURDAY) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await worker.presses("Open", "Take this case")
        assert sum(HAS_IT in message["text"] for message in professional.messages) == 1, "a screen, without a sound"
        await stage.push(hours=48)
        assert HAS_IT in professional.text
        assert professional.text.startswith("Hello!"), "Monday, in office hours"
        await stage.push(hours=25)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", professional.id)


async def test_a_professional_with_doubts_about_the_phone_gets_no_notice(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *UNSAFE, *CALL, *SEND)
        before = [message["message_id"] for message in professional.messages]
        await worker.presses("Open", "Take this case")
        assert [message["message_id"] for message in professional.messages] == before
        assert HAS_IT in professional.text


async def test_a_second_client_is_referred_while_the_first_waits(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await professional.presses("Refer another client", *CALL, *SEND)
        assert await stage.rows("SELECT count(*) FROM referral") == [(2,)]
        await worker.start("c-K7F2")
        await worker.presses("Take this case")
        await stage.push(hours=26)
        assert await stage.rows("SELECT 1 FROM person WHERE chat_id=?", professional.id), "one waits still"
        await worker.start("c-K7F3")
        await worker.presses("Take this case")
        await stage.push(hours=25)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", professional.id)


async def test_who_is_deleted_leaves_the_referral_and_hears_nothing_more(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, professional = await stage.staff("Tuuli"), await lumi(stage, *REFERRED)
        await professional.types("/mydata")
        assert "That you sent a referral" in professional.text
        await professional.types("/delete")
        assert "The referral that you sent stays with the association." in professional.text
        await professional.presses("Yes, delete everything")
        assert await stage.rows("SELECT person_id FROM referral") == [(None,)]
        before = professional.messages
        await worker.start("c-K7F2")
        await worker.presses("Take this case")
        assert professional.messages == before


# Links


async def test_a_client_who_opens_a_link_counts_as_referred(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        professional, client = await lumi(stage, *LINK), stage.person("Kaisla")
        shown = professional.messages
        await client.start(code_for(professional))
        assert "Do you agree that your answers are stored" in client.text
        await client.types("/mydata")
        assert "a professional's link" in client.text
        await client.presses("Return", *SHORTEST)
        assert await stage.rows("SELECT source, sector FROM cases") == [("professional", "police")]
        assert not await stage.rows("SELECT 1 FROM referral")
        assert professional.messages == shown, "whether it was opened is told to nobody"
        assert not await stage.rows("SELECT 1 FROM person WHERE sector IS NOT NULL"), "it counts once"


async def test_a_link_loses_no_answers_of_somebody_who_has_begun(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        client = await stage.parent(*SHORTEST[:5])
        await client.start(code_for(await lumi(stage, *LINK)))
        assert "You can continue where you were." in client.text
        await client.presses(*SHORTEST[5:])
        assert await stage.rows("SELECT source, sector FROM cases") == [("professional", "police")]


async def test_every_bad_link_is_refused_alike_and_written_down(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        professional = await lumi(stage, *LINK)
        used = code_for(professional)
        await stage.person("Kaisla").start(used)
        await professional.presses("Make the link")
        good = code_for(professional)
        assert await refused(stage) == 0
        answers = set()
        for number, code in enumerate((used, "forged", good[:-1] + ("A" if good[-1] != "A" else "B"))):
            guest = stage.person(f"Guest {number}")
            await guest.start(code)
            answers.add((guest.text, *guest.buttons))
            assert await refused(stage) == number + 1
        await stage.push(hours=73)
        late = stage.person("Late")
        await late.start(good)
        answers.add((late.text, *late.buttons))
        assert len(answers) == 1
        assert NOT_AVAILABLE.id in late.text
        assert await refused(stage) == 4
        assert not await stage.rows("SELECT 1 FROM handover"), "an expired link is not kept"


async def test_who_has_a_seat_a_request_or_a_referral_is_refused_and_the_link_stays_good(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        code = code_for(await lumi(stage, *LINK))
        others = [await stage.staff("Tuuli"), await stage.parent(*SHORTEST), await lumi(stage, *REFERRED)]
        for number, other in enumerate(others, 1):
            await other.start(code)
            assert NOT_AVAILABLE.id in other.text
            assert await refused(stage) == number
        await stage.person("Otso").start(code)
        assert await stage.rows("SELECT used_at FROM handover") == [(int(MONDAY.timestamp()),)]


async def test_a_code_of_a_link_is_not_stored(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        code = code_for(await lumi(stage, *LINK))
    assert code.encode() not in all_bytes(tmp_path)
