"""What a code says to a person: every problem with an answer and every refusal, worded in one place.

The sentences say what to do. They are marked with ``N_`` so that the catalogues get them; ``say`` looks them up.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from babel.support import NullTranslations

from surveyapp.engine.checks import Problem
from surveyapp.engine.days import in_figures
from surveyapp.engine.definition import Questionnaire
from surveyapp.languages import locale_of


def N_(text: str) -> str:  # noqa: N802 - the name gettext's tools look for
    """Mark a text for the catalogues."""
    return text


PROBLEMS: dict[str, str] = {
    "consent_missing": N_("Choose whether you would like to take part."),
    "required": N_("Please answer this question. It is needed."),
    "required_choice": N_("Choose one of the answers."),
    "required_text": N_("Please write an answer."),
    "not_offered": N_("Choose one of the answers shown here."),
    "one_only": N_("Choose only one of these answers."),
    "own_text_without_option": N_(
        "You wrote an answer of your own. Please also choose the answer it belongs to, or empty the field."
    ),
    "not_in_list": N_("We cannot find this in the list. Choose an answer below, or write it as it stands there."),
    "excludes_others": N_("You chose “%(option)s” together with other answers. Choose either this one or the others."),
    "too_many_choices": N_("You chose %(chosen)s answers. Choose at most %(limit)s."),
    "too_few_choices": N_("You chose %(chosen)s answers. Choose at least %(limit)s."),
    "not_a_number": N_("Write a number in figures, for example 12."),
    "not_whole": N_("Write a whole number, without decimals."),
    "too_many_decimals": N_("Write the number with at most this many decimals: %(decimals)s."),
    "number_too_large": N_("This number is too large. Please check it."),
    "number_out_of_range": N_("Write a number from %(minimum)s to %(maximum)s."),
    "number_too_low": N_("Write a number that is at least %(minimum)s."),
    "number_too_high": N_("Write a number that is at most %(maximum)s."),
    "too_long": N_("Your text has %(length)s characters; at most %(limit)s can be stored. Please make it shorter."),
    "unreadable_character": N_(
        "There is a character in your text that cannot be stored. Please type the text once more."
    ),
    "control_character": N_(
        "There is an invisible character in your text that cannot be stored. Please type the text instead of copying it."
    ),
    "text_and_extra": N_(
        "You wrote an answer and also chose one of the answers below the field. Please keep only one."
    ),
    "day_missing": N_("Write the day, for example 2."),
    "month_missing": N_("Write the month, for example 11."),
    "year_missing": N_("Write the year with four figures, for example 2026."),
    "day_unclear": N_("Write the day as a number from 1 to 31."),
    "month_unclear": N_("Write the month as a number from 1 to 12, or its name."),
    "year_unclear": N_("Write the year with four figures, for example 2026."),
    "year_out_of_range": N_("Write a year from %(first)s to %(last)s."),
    "no_such_day": N_("There is no such day in this month. Please check day and month."),
    "not_a_date": N_("Write day, month and year, for example 2 11 2026."),
    "date_out_of_range": N_("Write a date from %(minimum)s to %(maximum)s."),
    "date_too_low": N_("Write a date that is not before %(minimum)s."),
    "date_too_high": N_("Write a date that is not after %(maximum)s."),
    "agreement_needed": N_("We can only go on if you agree. If you do not want to, you can close this page."),
    "code_missing": N_("Write the code."),
    "code_unknown": N_("We do not know this code. Please compare it with your paper: it has 8 letters and digits."),
    "receipt_missing": N_("Write the receipt code."),
    "email_missing": N_("Write the e-mail address."),
    "bad_email": N_("This is not an e-mail address. Please look at it again."),
    "name_missing": N_("Write a name."),
    "passphrase_missing": N_("Write your passphrase."),
    "passphrase_wrong": N_("This is not your passphrase. Type it once more."),
    "passphrases_differ": N_("The two passphrases are not the same. Type both once more."),
    "role_missing": N_("Choose a role."),
    "task_missing": N_("Choose a task."),
    "wave_missing": N_("Choose a wave."),
    "text_empty": N_("Write the words that may be published, or go back and withhold the text."),
    "log_day_unclear": N_("This is not a day. Write it as year, month and day: 2026-11-02."),
    "second_code_missing": N_("Write the code."),
    "second_code_wrong": N_("This code does not fit, or it was used already. Wait for the next one and type it."),
}
"""Code of a problem -> the sentence beside the field."""

_NOTHING_RELEASED = N_("Something does not fit, so nothing is released. Ask the operator of this service.")

REFUSALS: dict[str, str] = {
    "unknown_code": N_("We do not know this address. Please check the code or scan the picture again."),
    "not_open_yet": N_("This survey has not begun yet."),
    "closed": N_("This survey is closed. It takes no more answers."),
    "answers_need_change": N_("Some answers need to be changed before they can be sent."),
    "too_many_tries": N_("Too many tries. Please wait a quarter of an hour."),
    "sign_in_wrong": N_("Address and passphrase do not fit. Look at both and try again."),
    "wait": N_("Too many tries. Please wait, then try again. Seconds to wait: %(seconds)s."),
    "session_over": N_(
        "You are signed out now. This happens after %(minutes)s minutes without use, after %(hours)s hours in any case, when your "
        "passphrase, second factor or role changes, and when you sign this device out on another one. What you had typed and "
        "not saved is lost. Please sign in again."
    ),
    "too_busy": N_("Too many people are signing in just now. Please try again in a few seconds."),
    "passphrase_too_short": N_("Choose a longer passphrase. It needs this many characters: %(needed)s."),
    "passphrase_too_long": N_("Choose a shorter passphrase. It can have this many characters: %(limit)s."),
    "passphrase_known": N_("Many people use this passphrase, so it is easy to guess. Choose another one."),
    "passphrase_is_address": N_("This passphrase holds your own address, so it is easy to guess. Choose another one."),
    "passphrase_unchanged": N_("This is the passphrase you have now. Choose another one."),
    "invitation_gone": N_("This invitation is no longer good. Ask an administrator for a new one."),
    "sign_in_first": N_("This address has an account. Sign in first, then open the link of the invitation once more."),
    "other_address": N_("This invitation is for another address. Sign out, then open its link once more."),
    "reset_gone": N_("This link is no longer good. Ask an administrator for a new one."),
    "last_admin": N_("This is the only administrator. Make somebody else an administrator first."),
    "admin_of_part": N_("An administrator looks after the whole organisation. Choose all of it, or another role."),
    "role_held": N_("This person already has that role there."),
    "belongs_elsewhere": N_(
        "This person belongs to other organisations, too. Only the operator of this service can help them."
    ),
    "passkey_refused": N_("This passkey does not fit here. Please try again, or go on another way."),
    "unknown_passkey": N_("This passkey has been removed already."),
    "too_many_passkeys": N_("You have as many passkeys as one person can have: %(limit)s. Remove one first."),
    "provider_unknown": N_(
        "Your organisation knows you, but your account here is not linked with it yet. Sign in with your passphrase first."
    ),
    "provider_refused": N_("Your organisation did not confirm who you are. Please begin once more."),
    "provider_unusable": N_("We cannot use what your organisation answered. Please tell your administrator."),
    "provider_taken": N_("Another account is linked with this already. Please tell your administrator."),
    "unreachable": N_("Your organisation cannot be reached just now. Please try again later."),
    "not_your_role": N_(
        "Your role does not open this page. If you need it, ask an administrator of your organisation."
    ),
    "app_exists": N_("You already have an authenticator app. Remove it before you set up another one."),
    "texts_of_all": N_(
        "Only analysts of the whole organisation read texts: nobody knows which unit a text comes from."
    ),
    "text_changed": N_("Somebody has changed these words meanwhile. Please read them as they are now."),
    "text_released": N_("This text is in a release already. What was released can no longer be changed."),
    "texts_decided": N_(
        "While the release was being made, somebody decided anew on a text that belongs to it. Please ask for the release again."
    ),
    "unknown_app": N_("You have no authenticator app any more."),
    "not_with_provider": N_(
        "You signed in through one of your organisations, which does not speak for the others. "
        "Sign in with your passphrase to change this."
    ),
    "further_batch_small": N_("Too few answers are left for another release. They are withheld for good."),
    "ledger_broken": _NOTHING_RELEASED,
    "not_done": N_("This was not possible. Ask the operator of this service."),
    "too_many_tokens": N_("You have as many tokens as one person can have: %(limit)s. Revoke one first."),
    "no_analyst_profile": N_("There are too few answers for analysts."),
    "clients_number": N_("Write a whole number with at most 7 digits."),
    "clients_both": N_("Write either this number alone, or only those of the parts."),
    "clients_missing": N_("Write a number here, too, or only the number in all."),
    "clients_fewer": N_("More people than that have answered already."),
    "batches_differ": N_("The batches of this wave do not have the same columns. Please take them one by one."),
    "note_needed": N_("Write why the release is withdrawn. Everybody will read it."),
    "policy_changed": N_("The rules are no longer those that were fixed for this wave. Nothing is released."),
    "published_already": N_("This release is published already."),
    "released_already": N_("All settled answers of this wave are released already."),
    "release_withdrawn": N_("This release is withdrawn, and that is final."),
    "too_early": N_("People were told a later day. Settle on that day or after it."),
    "too_few_for_rows": N_("There are too few answers for rows and tables."),
    "too_few_to_say": N_("There are so few answers that nothing is said of them: people could be recognised."),
    "unforeseen_value": _NOTHING_RELEASED,
    "unreleasable": N_("Not even all answers together may be shown. Nothing is released."),
    "verification_failed": _NOTHING_RELEASED,
}
"""Code of a refusal -> what the person reads."""

DEEDS: dict[str, str] = {
    "agreement_accepted": N_("accepted the agreement for analysts"),
    "clients_entered": N_("said how many clients a wave is about"),
    "release_asked": N_("asked for a release"),
    "rows_taken": N_("took a file of rows"),
    "settle_asked": N_("asked for a wave to be settled"),
    "token_made": N_("made a token for programs"),
    "token_revoked": N_("revoked a token for programs"),
    "app_added": N_("set up an authenticator app"),
    "app_removed": N_("removed an authenticator app"),
    "denied": N_("asked for a page that their role does not open"),
    "device_signed_out": N_("signed another device out"),
    "form_refused": N_("sent a form that was not opened here"),
    "invitation_accepted": N_("accepted an invitation"),
    "invitation_withdrawn": N_("withdrew an invitation"),
    "limit_reached": N_("tried too often"),
    "passkey_added": N_("added a passkey"),
    "passkey_removed": N_("removed a passkey"),
    "passphrase_changed": N_("changed their passphrase"),
    "passphrase_reset": N_("chose a new passphrase by a link"),
    "person_invited": N_("invited somebody"),
    "person_removed": N_("removed somebody from the organisation"),
    "provider_linked": N_("linked an identity provider"),
    "provider_unlinked": N_("unlinked an identity provider"),
    "purged": N_("deleted what was past its date"),
    "recovery_codes_made": N_("made new recovery codes"),
    "release_exported": N_("saved a release to a file"),
    "release_made": N_("made a release"),
    "release_published": N_("published a release"),
    "release_withdrawn": N_("withdrew a release"),
    "reset_begun": N_("made a link for a new passphrase"),
    "role_changed": N_("changed somebody’s role"),
    "role_given": N_("gave somebody a role"),
    "role_taken": N_("took a role from somebody"),
    "settled": N_("settled a wave"),
    "sign_in_failed": N_("could not sign in"),
    "signed_in": N_("signed in"),
    "signed_out": N_("signed out"),
    "task_given": N_("gave somebody a task"),
    "task_taken": N_("took a task from somebody"),
    "text_approved": N_("approved a text"),
    "text_changed": N_("changed a text"),
    "text_withheld": N_("withheld a text"),
    "texts_deleted": N_("deleted texts that nobody had approved"),
}
"""Verb of the audit log -> what it says after the person's address."""

_REQUIRED = {
    "single": "required_choice",
    "rating": "required_choice",
    "multiple": "required_choice",
    "text": "required_text",
}


def say(code: str, values: Mapping[str, Any], translations: NullTranslations) -> str:
    """The sentence of a code in the catalogue's language, filled in."""
    text: str = translations.gettext(PROBLEMS.get(code) or REFUSALS[code])
    return text % values if values else text.replace("%%", "%")


def say_problem(q: Questionnaire, problem: Problem, translations: NullTranslations, language: str) -> str:
    """The sentence of a problem with an answer; numbers, days and options appear as the person knows them."""
    item = q.by_id.get(problem.item)
    code = _REQUIRED.get(item.type, problem.code) if item and problem.code == "required" else problem.code
    shown = _day if code in _DAYS else shown_value
    return say(code, {name: shown(value, language) for name, value in problem.values.items()}, translations)


_DAYS = frozenset({"date_out_of_range", "date_too_low", "date_too_high"})


def _day(value: str | None, language: str) -> str:
    """A bound of a date, where there is one."""
    return in_figures(date.fromisoformat(value), language) if value else ""


def shown_value(value: Any, language: str) -> str:
    """A value as it stands in a sentence: numbers as the language writes them, wordings in it."""
    if isinstance(value, Mapping):
        return str(value.get(language, ""))
    if isinstance(value, int | float) and not isinstance(value, bool):
        grouped = abs(value) >= 10_000
        return str(
            format_decimal(value, locale=locale_of(language), group_separator=grouped, decimal_quantization=False)
        )
    return str(value)
