"""What goes, and when: messages in chats, settled rows, quarantine, old codes, the audit log, free texts.

Times are `[life]`, and for texts `feedback.text_weeks`.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection

from bot import inbox, outbox
from bot.clock import HELSINKI, stamp
from bot.config import Config
from bot.records import chats, children, endings, feedback, goals, letters, notes, plans, referrals

TELEGRAM_DELETES_WITHIN = timedelta(hours=48)

LAID_ANEW = 2
"""The hour of the night, the same in summer and winter, at which feedback is written anew in an order of its own."""


def clean(db: Connection, now: datetime, config: Config) -> None:
    """Remove everything whose time has come. Running it twice is harmless."""
    life = config.life
    chats.lost(db, now - TELEGRAM_DELETES_WITHIN)
    stories = chats.older_than(db, now - timedelta(minutes=life.details_minutes), "story")
    for chat_id, message_ids in stories.items():
        outbox.remove_messages(db, now, chat_id, message_ids)
    for chat_id, message_ids in chats.older_than(db, now - timedelta(hours=life.messages)).items():
        outbox.remove_messages(db, now, chat_id, message_ids)
    gone = stamp(now - timedelta(hours=life.sent))
    db.execute("DELETE FROM outbox WHERE status NOT IN ('waiting', 'sending') AND made_at <= ?", (gone,))
    db.execute("DELETE FROM invitation WHERE expires_at <= ?", (stamp(now),))
    db.execute("DELETE FROM chat_hold WHERE until <= ?", (stamp(now),))
    db.execute("DELETE FROM notice_button WHERE made_at <= ?", (stamp(now - timedelta(hours=48)),))
    db.execute("DELETE FROM audit WHERE at <= ?", (stamp(now - timedelta(hours=life.audit)),))
    referrals.forget_links(db, now)
    plans.forget(db, now.astimezone(HELSINKI).date())
    letters.forget(db, now, life.letter)
    notes.forget(db, now, life.note)
    goals.forget(db)
    children.forget(db, now)
    feedback.forget(db, now, config.feedback.text_weeks)
    if now.astimezone(HELSINKI).hour == LAID_ANEW and now.minute < 2:
        feedback.lay_anew(db, now, config.feedback.smallest)
    endings.forget(db, now, timedelta(hours=life.draft))
    inbox.forget(db, now, life.quarantine)
