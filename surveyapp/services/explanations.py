"""What refusals and faults say to whoever runs the command line: plain English, with what to do next."""

from collections.abc import Iterable, Mapping
from typing import Any

from surveyapp.engine import faults
from surveyapp.services.refusals import FileFault, Refusal

REFUSALS: dict[str, str] = {
    "faulty_questionnaire": "“%(questionnaire)s” has faults and was not published",
    "faulty_programme": "the programme file has faults; nothing was changed",
    "faulty_statement": "statement.yaml in the instance folder has faults",
    "faulty_file": "“%(file)s” can't be read as a questionnaire",
    "no_such_file": "there is no file “%(file)s”",
    "unknown_questionnaire": "there is no published questionnaire “%(questionnaire)s”; publish it first: surveyapp publish %(questionnaire)s",
    "unknown_version": "there is no version %(version)s of “%(questionnaire)s”",
    "unknown_wave": "there is no wave “%(wave)s”; there are: %(known)s",
    "bad_wave_name": "“%(wave)s” is no name of a wave: write it as <programme>/<wave>, for example kuldiga/2010",
    "bad_unit_name": "a unit needs a name of at most %(longest)s characters, without signs that can't be seen",
    "other_questionnaire": "the wave %(wave)s asks “%(questionnaire)s”; choose another wave for another questionnaire",
    "wave_closed": "the wave %(wave)s is closed and takes no more answers",
    "wave_open": "the wave is still open; close it first",
    "too_early": "people were told that nothing becomes final before %(settles)s; settle on that day or later",
    "offers_withdrawal": "people were told that they can withdraw until the wave ends, so it can't settle midway",
    "too_few_waiting": "settling midway needs at least %(needed)s finished responses, so that no part of it is small",
    "language_not_offered": "the questionnaire isn't in “%(language)s”; it is in: %(known)s",
    "not_settled": "nothing of this wave is settled yet; settle it first: surveyapp settle WAVE",
    "unknown_format": "“%(file)s” has no ending that can be written; use .zip, .csv, .xlsx, .sav or .parquet, or a folder: DIR/",
    "several_batches": "the wave was released in several batches: name one with --batch (%(batches)s), join them with --joined, or name a folder with --out DIR/",
    "too_few_for_file": "there is no file of so few answers, because people could be recognised",
    "only_csv": "batches are joined row by row as .csv, and only those of the profile analyst: surveyapp export WAVE --joined --out FILE.csv",
    "batches_differ": "batch %(batch)s has other columns than those before it: take each with --batch, or all into a folder with --out DIR/",
    "extra_missing": "this format needs more programs: pip install 'surveyapp[%(extra)s]'",
    "too_many_rows": "a sheet holds %(most)s rows; use .csv or .parquet",
    "only_responses": "SPSS gets the rows of the profile analyst; write the tables of the public as .csv, .xlsx or .parquet",
    "released_already": "every settled response of this wave is released already; a batch is released once. A faulty release is withdrawn: surveyapp release WAVE --withdraw NOTE",
    "published_already": "the newest release is published for that profile already: %(profile)s",
    "too_few_to_say": "fewer than %(needed)s answers: nothing else is ever said of them, because people could be recognised",
    "too_few_for_rows": "fewer than %(needed)s settled responses: there is no file of answers, because people could be recognised. The number of answers and one overall mean: surveyapp release WAVE --profile public",
    "further_batch_small": "the responses that are left are fewer than %(needed)s: comparing two releases would show who came later, so they are withheld for good",
    "no_analyst_profile": "with so few answers there is nothing for analysts, only the number of answers and one overall mean",
    "policy_changed": "the policy is no longer the one that was fixed when the wave opened, or that earlier batches were released by; nothing is released",
    "texts_decided": "while the release was being made, somebody decided anew on a text that belongs to it; nothing is released: begin again",
    "unforeseen_value": "the column %(column)s holds “%(value)s”, which the policy fixed for this wave doesn't know; nothing is released",
    "unreleasable": "not even all responses together are a group that may be shown; nothing is released",
    "verification_failed": "counted again, the files don't keep what was promised (%(found)s); nothing is released",
    "ledger_broken": "the ledger and what is stored differ (%(found)s): somebody has changed the database; nothing is released or published",
    "release_withdrawn": "the release is withdrawn; that is final",
    "no_such_batch": "there is no release of batch %(batch)s; there are those of %(there)s",
    "no_release": "nothing of this wave is released yet: surveyapp release WAVE",
    "note_needed": "a note of at most %(longest)s characters is needed: everybody will read why the release was withdrawn",
    "no_frozen_file": "the release has no file “%(file)s”",
    "frozen_file_changed": "the bytes of “%(file)s” are no longer those that were frozen: somebody has changed the database. Nothing is published; look at: surveyapp doctor",
    "production": "a demonstration is never set up where the service is reachable from elsewhere (PUBLIC_URL)",
    "port_taken": "another program listens on port %(port)s; choose another port, for example: make demo PORT=8080",
    "no_bot": "there is no bot: set TELEGRAM_BOT_TOKEN to the token that BotFather gave you",
    "bot_unknown": "the bot's name isn't known: set TELEGRAM_BOT_TOKEN, and see that Telegram can be reached",
    "bad_picture": "“%(file)s” has no ending that can be drawn; use .svg or .png",
    "bad_email": "that is no e-mail address",
    "unknown_organisation": "there is no organisation “%(organisation)s”; there are: %(known)s. Organisations come with: surveyapp programme FILE",
    "role_not_held": "%(email)s is no %(role)s in %(organisation)s; look at: surveyapp staff list",
    "unknown_member": "they don't belong to the wave's organisation; invite them first: surveyapp staff add",
    "unknown_task": "they have no such task there; look at: surveyapp staff list --wave PROGRAMME/WAVE",
    "unknown_person": "there is no account with the address %(email)s",
    "clients_number": "a number of clients is whole and at most %(most)s",
    "clients_both": "say how many there are in all with --all, or of each part with --of, not both",
    "clients_missing": "the number of “%(stratum)s” is missing; say it, too, or only how many there are in all with --all",
    "clients_fewer": "more people than that have answered already",
    "unknown_stratum": "the releases of this wave don't tell of “%(stratum)s”; clients are counted by: %(known)s",
    "no_such_wave": "there is no such wave any more",
    "not_owner": "this role may not rewrite the tables; set DATABASE_OWNER_URL to the role that migrates",
    "rows_dated": "the server dates every row: set track_commit_timestamp to off and restart it",
    "no_redis": "REDIS_URL is set and the client for it is missing: install surveyapp with the extra “redis”",
    "gave_up": "it was begun several times and never came to its end; the worker's log says why",
    "busy": "the files can't be rewritten while somebody reads them; run the command again",
}
"""Code of a refusal -> what the operator reads."""

FAULTS: dict[str, str] = {
    "wrong_shape": "not the expected shape: %(detail)s",
    "not_yaml": "this is not YAML",
    "too_large": "the file is larger than %(limit)s characters",
    "too_deep": "values are nested more than %(limit)s deep",
    "too_many_values": "there are more than %(limit)s values",
    "key_not_text": "a key must be a plain text",
    "repeated_key": "the key “%(key)s” stands here twice",
    "quote_yes_no": "put “%(text)s” in quotation marks: YAML takes it for true or false",
    "unknown_questionnaire": "there is no questionnaire “%(name)s” to take parts from",
    "name_missing": "a name in at least one language is needed",
    "direction_sign": "a name may not hold signs that turn the direction of text",
    "bad_id": "“%(id)s” can't be an id: letters, digits, points, hyphens and underscores, a letter or digit first",
    "repeated_id": "“%(id)s” stands here more than once",
    "unknown_placeholder": "there is no such placeholder; there are: %(known)s",
    "unknown_service": "there is no service “%(service)s”",
    "unknown_group": "there is no group “%(group)s”; list it with its name under groups",
    "closes_before_opening": "a wave can't close before it opens",
    "settles_before_closing": "answers can't become final while the wave is still open",
    "texts_kept_too_long": "texts are read after settling, and what nobody has approved is deleted on %(last)s at the latest",
    "negative": "a number of people can't be negative",
    "wave_has_begun": "people have answered already; this can't be changed any more",
    "policy_fixed": "people of the wave %(wave)s have answered already: while it is open, the services by which it will be released and their groups stay as they are",
    "unit_fixed": "people of the wave %(wave)s have been asked about “%(unit)s”: until their answers are settled, its service and the group of that stay as they are",
    "modules_fixed": "people of the wave %(wave)s have answered already: while it is open, everybody is asked the same modules",
    "wave_over": "the wave is over, and its days stay as they were: %(day)s",
    "earlier_than_promised": "people were told %(settles)s; a later day is possible, an earlier one is not",
}
"""Code of a fault in a file -> what its author reads; the engine words the faults of a questionnaire."""


def explain(refusal: Refusal) -> str:
    """The refusal in words, and a line for each of its problems."""
    first = REFUSALS.get(refusal.code, refusal.code)
    return "\n".join((_filled(first, refusal.values), *explain_faults(refusal.problems)))


def explain_faults(found: Iterable[Any]) -> list[str]:
    """A line for each fault: its path, and what is wrong there."""
    return [f"{fault.path}: {fault_words(fault)}" for fault in found]


def fault_words(fault: Any) -> str:
    """What is wrong, without where."""
    words = FAULTS if isinstance(fault, FileFault) else faults.MESSAGES
    return _filled(words[fault.code], fault.values)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return text % values if "%(" in text else text
