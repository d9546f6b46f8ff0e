"""The Bot API methods that the bot may call, answered and refused as Telegram does it.

A method is a function of the emulator and the call's arguments; `METHODS` is the whole list. Wordings of refusals
are those of tdlib/telegram-bot-api, because a bot tells them apart by their text.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.playground import files
from bot.playground.arguments import Args, Uploads, decoded
from bot.playground.updates import LONGEST_POLL, PRESS_LIFE
from bot.playground.wire import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    TOAST_LIMIT,
    ApiError,
    bad_request,
    check_markup,
    forbidden,
    formatted,
    units,
)
from bot.playground.world import TYPING_LASTS, Chat, World

DELETABLE = timedelta(hours=48)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_QUERY_INVALID = "query is too old and response timeout expired or query ID is invalid"


Method = Callable[[World, Args], object]


async def call(tg: World, name: str, given: dict[str, Any], uploads: Uploads | None = None) -> object:
    """Do what the bot asks and return the result, or raise the `ApiError` that refuses it; either way it is logged.

    A ConnectionAbortedError means that it was done, or refused, and that the bot must not get to know.
    """
    method = _NAMES.get(name.lower(), name)
    outcome: object
    try:
        given = decoded(given)
        refusal = tg.fault(method, given) if tg.fault else None
        outcome = refusal or await _done(tg, method, Args(given, uploads or {}))
    except ApiError as error:
        outcome = error
    if outcome or method != "getUpdates":
        _log(tg, method, given, outcome)
    if tg.delay:
        await asyncio.sleep(tg.delay(method, given))
    if tg.drop_answer and tg.drop_answer(method, given):
        raise ConnectionAbortedError
    if isinstance(outcome, ApiError):
        raise outcome
    return outcome


async def _done(tg: World, method: str, args: Args) -> object:
    if method == "getUpdates":
        return await _get_updates(tg, args)
    if method not in METHODS:
        raise ApiError(404, "Not Found: method not found")
    return METHODS[method](tg, args)


def _log(tg: World, method: str, given: dict[str, Any], outcome: object) -> None:
    answer: dict[str, object] = {"ok": True, "result": outcome}
    if isinstance(outcome, ApiError):
        error = {"code": outcome.code, "description": outcome.description, "parameters": outcome.parameters}
        answer = {"ok": False, "error": error}
    entry = {"seq": next(tg.call_numbers), "at": tg.clock.now().isoformat(), "method": method, "params": given}
    tg.calls.append({**entry, **answer})
    tg.touch()


async def _get_updates(tg: World, args: Args) -> list[dict[str, Any]]:
    allowed = args.json("allowed_updates")
    if allowed is not None:
        tg.updates.allowed = frozenset(map(str, allowed)) if allowed else None
    limit = args.number("limit") if args.text("limit") else 100
    timeout = min(max(args.number("timeout"), 0), LONGEST_POLL)
    return await tg.updates.get(args.number("offset"), min(max(limit, 1), 100), timeout)


# What several methods need.


def _chat(tg: World, args: Args, *, write: bool = False) -> Chat:
    """Return the chat that is meant, if the bot may act there; `write` also asks whether anybody would get it."""
    if not args.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = tg.chats.get(args.number("chat_id"))
    if chat is None or chat.bot_status is None:
        raise bad_request("chat not found")
    if chat.kind == "private":
        _check_person(tg, chat, write=write)
        return chat
    if chat.moved_to:
        raise _upgraded(chat.moved_to)
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot_status != "member":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def _check_person(tg: World, chat: Chat, *, write: bool) -> None:
    person = tg.people[chat.id]
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user") if write else bad_request("chat not found")
    if person.blocked and write:
        raise forbidden("bot was blocked by the user")


def _upgraded(to: int) -> ApiError:
    return ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)


def _text(args: Args, name: str) -> dict[str, Any]:
    """Return the text or caption of a call with its entities, both as a message carries them."""
    entities_name = "entities" if name == "text" else "caption_entities"
    raw, entities = formatted(args.text(name), args.text("parse_mode"))
    return {name: raw.strip(), entities_name: args.json(entities_name) or entities}


def _spend(tg: World, chat: Chat) -> None:
    wait = tg.flood.spend(chat.id) if tg.limits else 0
    if wait:
        raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def _post(tg: World, args: Args, chat: Chat, content: dict[str, Any]) -> object:
    """Send a checked message: what every sending method ends in."""
    markup = check_markup(args.json("reply_markup"))
    reply = args.json("reply_parameters") or {"message_id": args.number("reply_to_message_id")}
    if reply.get("message_id") and not (
        reply.get("allow_sending_without_reply") and reply["message_id"] not in chat.messages
    ):
        content = {**content, **tg.reply_part(chat, reply["message_id"])}
    if args.flag("protect_content"):
        content = {**content, "has_protected_content": True}
    _spend(tg, chat)
    kept = {key: value for key, value in content.items() if value not in ("", [])}
    return tg.bot_says(chat, kept, markup, silent=args.flag("disable_notification"))


# The methods.


def _get_me(tg: World, args: Args) -> object:
    able = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**tg.bot, **able, "can_connect_to_business": False, "has_main_web_app": False}


def _send_message(tg: World, args: Args) -> object:
    content = _text(args, "text")
    chat = _chat(tg, args, write=True)
    if not content["text"]:
        raise bad_request("message text is empty")
    if units(content["text"]) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return _post(tg, args, chat, content)


def _send_file(kind: str) -> Method:
    def send(tg: World, args: Args) -> object:
        content = _text(args, "caption")
        if units(content["caption"]) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        chat = _chat(tg, args, write=True)
        return _post(tg, args, chat, {kind: files.received(tg, kind, args), **content})

    return send


def _editable(tg: World, args: Args) -> tuple[Chat, dict[str, Any]]:
    chat = _chat(tg, args, write=True)
    if not args.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(args.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not tg.is_from_bot(message) or message["message_id"] in chat.unchangeable:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(tg: World, args: Args, changes: dict[str, Any]) -> object:
    chat, old = _editable(tg, args)
    if "text" in changes and "text" not in old:
        raise bad_request("there is no text in the message to edit")
    changes = {**changes, "reply_markup": check_markup(args.json("reply_markup"))}
    if changes["reply_markup"].keys() - {"inline_keyboard"}:
        raise bad_request("inline keyboard expected")
    if all((old.get(name) or None) == (value or None) for name, value in changes.items()):
        raise bad_request(_NOT_MODIFIED)
    _spend(tg, chat)
    return tg.edit(chat, old, changes)


def _edit_message_text(tg: World, args: Args) -> object:
    content = _text(args, "text")
    if not content["text"]:
        raise bad_request("message text is empty")
    if units(content["text"]) > TEXT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    return _edit(tg, args, content)


def _edit_message_reply_markup(tg: World, args: Args) -> object:
    return _edit(tg, args, {})


def _check_deletable(tg: World, chat: Chat, message: dict[str, Any]) -> None:
    if chat.kind != "private" and not tg.is_from_bot(message):
        raise bad_request("message can't be deleted")
    if tg.unix_time() - message["date"] > DELETABLE.total_seconds():
        raise bad_request("message can't be deleted for everyone")


def _delete_message(tg: World, args: Args) -> object:
    chat = _chat(tg, args)
    message = chat.messages.get(args.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(tg, chat, message)
    del chat.messages[message["message_id"]]
    return True


def _delete_messages(tg: World, args: Args) -> object:
    chat = _chat(tg, args)
    wanted = args.json("message_ids")
    if not wanted:
        raise bad_request("message identifiers are not specified")
    if not all(isinstance(number, int) for number in wanted):
        raise bad_request("message identifier must be a Number")
    if len(wanted) > 100:
        raise bad_request("too many message identifiers specified")
    there = [chat.messages[number] for number in wanted if number in chat.messages]
    for message in there:
        _check_deletable(tg, chat, message)
    for message in there:
        chat.messages.pop(message["message_id"], None)
    return True


def _answer_callback_query(tg: World, args: Args) -> object:
    query = tg.queries.get(args.text("callback_query_id"))
    if query is None or query.answered or tg.clock.now() - query.at > PRESS_LIFE:
        raise bad_request(_QUERY_INVALID)
    text = args.text("text")
    if units(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered = True
    toasts = tg.people[query.person].toasts
    toasts.append({"id": len(toasts) + 1, "text": text, "show_alert": args.flag("show_alert")})
    return True


def _send_chat_action(tg: World, args: Args) -> object:
    chat = _chat(tg, args, write=True)
    if not args.text("action"):
        raise bad_request("wrong parameter action in request")
    chat.typing_until = tg.clock.now() + TYPING_LASTS
    asyncio.get_running_loop().call_later(TYPING_LASTS.total_seconds(), tg.touch)
    return True


def _commands_key(args: Args) -> tuple[str, str]:
    scope = args.json("scope") or {"type": "default"}
    return ":".join(map(str, scope.values())), args.text("language_code")


def _set_my_commands(tg: World, args: Args) -> object:
    commands = args.json("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    tg.commands[_commands_key(args)] = commands
    return True


def _get_my_commands(tg: World, args: Args) -> object:
    return tg.commands.get(_commands_key(args), [])


def _delete_my_commands(tg: World, args: Args) -> object:
    tg.commands.pop(_commands_key(args), None)
    return True


def _set(name: str) -> Method:
    def store(tg: World, args: Args) -> object:
        tg.settings[name, args.text("language_code") or args.text("chat_id")] = args.json(name)
        return True

    return store


def _get(name: str) -> Method:
    def read(tg: World, args: Args) -> object:
        value = tg.settings.get((name, args.text("language_code") or args.text("chat_id")))
        return value or {"type": "commands"} if name == "menu_button" else {name: value or ""}

    return read


def _get_chat(tg: World, args: Args) -> object:
    chat = _chat(tg, args)
    gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), False)
    more = {"accent_color_id": 0, "max_reaction_count": 11}
    return {**chat.described(), **more, "accepted_gift_types": {**gifts, "gifts_from_channels": False}}


def _get_chat_member(tg: World, args: Args) -> object:
    chat, user = _chat(tg, args), args.number("user_id")
    if user == tg.bot["id"]:
        return tg.member(tg.bot, "member")
    if user not in tg.people:
        raise bad_request("user not found")
    return tg.member(tg.user(user), "member" if user in chat.members else "left")


def _leave_chat(tg: World, args: Args) -> object:
    chat = _chat(tg, args)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    tg.bot_leaves(chat)
    return True


def _delete_webhook(tg: World, args: Args) -> object:
    if args.flag("drop_pending_updates"):
        tg.updates.clear()
    return True


def _get_webhook_info(tg: World, args: Args) -> object:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": tg.waiting()}


def _refused(tg: World, args: Args) -> object:
    raise bad_request("the emulated server keeps its bot")


METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "sendMessage": _send_message,
    "sendPhoto": _send_file("photo"),
    "sendDocument": _send_file("document"),
    "editMessageText": _edit_message_text,
    "editMessageReplyMarkup": _edit_message_reply_markup,
    "deleteMessage": _delete_message,
    "deleteMessages": _delete_messages,
    "answerCallbackQuery": _answer_callback_query,
    "sendChatAction": _send_chat_action,
    "setMyCommands": _set_my_commands,
    "getMyCommands": _get_my_commands,
    "deleteMyCommands": _delete_my_commands,
    "setMyDescription": _set("description"),
    "getMyDescription": _get("description"),
    "setMyShortDescription": _set("short_description"),
    "getMyShortDescription": _get("short_description"),
    "setChatMenuButton": _set("menu_button"),
    "getChatMenuButton": _get("menu_button"),
    "getChat": _get_chat,
    "getChatMember": _get_chat_member,
    "leaveChat": _leave_chat,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "logOut": _refused,
    "close": _refused,
}
_NAMES = {name.lower(): name for name in [*METHODS, "getUpdates"]}
