"""What a conversation says beside the questionnaire's own texts: code -> sentence, worded in one place.

Sentences are marked with ``N_`` so that the catalogues get them; ``prompts_in_words`` looks them up and fills them in.
"""

from surveyapp.wording import N_

PHRASES: dict[str, str] = {
    # where somebody is
    "question_of": N_("Question %(number)s of %(total)s"),
    "question_of_about": N_("Question %(number)s of about %(total)s"),
    "first_question": N_("This is the first question."),
    "midway": N_("You are at question %(number)s of %(total)s."),
    "midway_review": N_("You have been through all the questions. Your answers have not been sent yet."),
    "questions": N_("Number of questions: %(questions)s"),
    "questions_and_minutes": N_("Questions: %(questions)s. Time needed: about %(minutes)s min."),
    # how to answer
    "tap_or_write_range": N_("Tap a button or write a number from %(first)s to %(last)s."),
    "tap_or_write_number": N_("Tap a button or write its number."),
    "tap_or_write_several": N_("Tap all that apply and then “Done”, or write the numbers, for example: 1, 3."),
    "tap_or_write_yes_no": N_("Tap a button, or write yes or no."),
    "yes_or_no": N_("Please tap a button, or write yes or no."),
    "write_first_letters": N_("Write the first letters of your answer."),
    "write_text": N_("Write your answer as a message."),
    "write_date": N_("Write the date, for example 2.11.2026."),
    "write_number": N_("Write a number."),
    "write_number_unit": N_("Write a number (%(unit)s)."),
    "write_number_between": N_("Write a number from %(minimum)s to %(maximum)s."),
    "write_number_between_unit": N_("Write a number from %(minimum)s to %(maximum)s (%(unit)s)."),
    "write_own_text": N_("You chose: %(answer)s. If you like, write about it in your own words."),
    "no_names": N_("Please do not write names or anything else by which a person can be recognised."),
    "choose_at_most": N_("Number of answers you can choose, at most: %(limit)s"),
    "scale_ends": N_("The answers reach from “%(low)s” to “%(high)s”."),
    "matches": N_("Choose one of these answers, or write more letters."),
    "too_many_matches": N_("Many answers begin like this. Please write more letters."),
    # what became of an event
    "recorded": "✓ %(answer)s",
    "changed": N_("Your answer was changed to: %(answer)s"),
    "already_recorded": N_("Already recorded"),
    "earlier_question": N_("That was an earlier question. Nothing was changed."),
    "answered_since": N_("This question has been answered since then. Nothing was changed."),
    "older_message": N_("This button belongs to an older message. Please use the newest one."),
    "earlier_questionnaire": N_("That was an earlier questionnaire."),
    "too_early": N_("That came before this question, so it was not stored. Please answer the one below."),
    "edit_not_stored": N_("Your edit was not stored. If you want to change an answer, tap the button below."),
    "media": N_("I can read only text and buttons. The file was not opened or kept."),
    "no_simple_version": N_("This questionnaire has no simple version."),
    "simple_on": N_("You have chosen the simple version."),
    "simple_off": N_("You have chosen the standard version."),
    "languages": N_("Choose a language. You can also write it, for example: /language lv"),
    "changes": N_("Which answer would you like to change? Tap its number, or write it, for example: /change 2"),
    "paused": N_(
        "You can stop here and go on later: tap “Go on” or write /start. Answers that nobody touches for %(days)s days "
        "are deleted."
    ),
    "reminder_set": N_("We will remind you here once, tomorrow. After that your contact is deleted."),
    "delete_sure": N_(
        "Delete everything that has not been sent? It cannot be brought back. Tap the button, or write: /delete yes"
    ),
    "looks_personal": N_(
        "This looks like a phone number, an e-mail address or a personal code. Please take it out, so that nobody can "
        "recognise a person."
    ),
    "help": N_(
        "Tap the buttons or write your answer. You can also write:\n/back – the question before\n/skip – leave a question "
        "out\n/change – change an answer\n/stop – go on later\n/language – another language\n/simple – simple version\n"
        "/web – continue on a web page\n/delete – delete my answers\n/privacy – how data are handled"
    ),
    "privacy": N_(
        "Until you send or delete your answers, we keep them together with a code computed from your chat, so that you "
        "can stop and come back. With our database and our secret key someone could work out which chat it is. When you "
        "send, delete or decline, this code is deleted. Once you have sent your answers, we keep only a mark that this "
        "chat has answered, apart from the answers, until the survey closes. Only if you ask for a reminder do we keep "
        "the number of this chat, encrypted, until we have reminded you or you have finished, for 8 days at most. We "
        "never keep your name or your phone number. Telegram sees the messages you write here."
    ),
    "contact": N_("Questions about the survey: %(contact)s"),
    # what becomes of the answers
    "passed_on": N_("Once the survey is settled, this is passed on:"),
    "passed_on_to": N_(
        "To analysts: rows that each fit at least %(analyst)s people who answered. To everybody: figures about at least "
        "%(public)s people."
    ),
    "passed_on_coarser": N_("Made coarser before: %(questions)s"),
    "not_passed_on": N_("Not passed on at all: %(questions)s"),
    "texts_read_first": N_(
        "Read by a person first, and passed on without your other answers: what you write in your own words."
    ),
    "watched": N_(
        "Somebody who watched you answer may recognise your row in a file for analysts. That is why only analysts under an "
        "agreement receive such rows."
    ),
    # review
    "review": N_("Check your answers"),
    "reviewed": "%(number)s. %(question)s\n%(answer)s",
    "not_answered": N_("Not answered"),
    "receipt_ahead": N_("Your receipt code: %(receipt)s. It is valid once you have sent your answers."),
    "send_or_change": N_(
        "Nothing has been sent yet. To send, tap “Send my answers” or write: send. To change an answer, tap or write its "
        "number."
    ),
    # buttons
    "keep": N_("Keep: %(answer)s"),
    "change_to": N_("Change to: %(answer)s"),
    "change_number": N_("Change %(number)s"),
    "change_question": N_("Change: %(number)s. %(question)s"),
    "change_an_answer": N_("Change an answer"),
    "done_chosen": N_("Done (chosen: %(num)s)"),
    "back": N_("‹ Back"),
    "skip": N_("Skip"),
    "without_text": N_("Go on without text"),
    "listen": N_("Listen"),
    "sign_language": N_("In sign language"),
    "on_the_website": N_("Fill in on the website"),
    "read_more": N_("Read more"),
    "go_on": N_("Go on"),
    "decline": N_("I do not want to take part"),
    "use_simple_version": N_("Use the simple version"),
    "use_standard_version": N_("Use the standard version"),
    "send": N_("Send my answers"),
    "send_as_it_is": N_("Send as it is"),
    "delete_answers": N_("Delete my answers"),
    "delete_for_good": N_("Yes, delete for good"),
    "remind_tomorrow": N_("Remind me tomorrow"),
    "start_again": N_("Start again"),
    "clear_chat": N_("Clear this chat"),
    # the end, and outside a conversation
    "sent": N_("Thank you, your answers were sent. Your receipt code: %(receipt)s"),
    "withdraw_until": N_(
        "Until this day your answers are confidential, and you can withdraw them with your code: %(settle_date)s. Without "
        "the code nobody can find them."
    ),
    "withdraw_page": N_("Withdraw my answers"),
    "privacy_page": N_("Privacy"),
    "cleared": N_(
        "Messages were deleted as far as Telegram allows. This one stays because of your code. The rest you can delete "
        "yourself."
    ),
    "not_cleared": N_("Telegram did not delete the messages. You can delete the chat yourself. First note your code."),
    "declined": N_("Thank you. We have only counted that somebody did not want to take part; nothing else was kept."),
    "erased": N_("Your answers were deleted."),
    "received": N_("Your answers for this round have been received."),
    "delete_after_sending": N_("Answers that were sent can be withdrawn with the receipt code:"),
    "already_answered": N_("You have already answered in this round."),
    "nothing_open": N_("Nothing is open here. Use the link or the QR code you were given."),
    "choose_questionnaire": N_("You can open one of these:"),
    "version_withdrawn": N_("This version of the questionnaire was withdrawn, and your answers to it were deleted."),
    "try_again_later": N_("Many people are writing at this moment. Please try again in a few minutes."),
    "too_many_restarts": N_("You have started again several times today. Please try again tomorrow."),
    "too_many_steps": N_("This has become a very long conversation. Please send it, or continue on the web page: /web"),
    "too_many_codes": N_("Too many tries. Please wait a quarter of an hour."),
    "key_unreadable": N_("This survey cannot be opened here at this moment. Please use the form on the website."),
    "begin_on_the_website": N_("You have not begun yet. You can begin on the website."),
    "handover": N_(
        "Open this page and write the code %(code)s there within %(minutes)s minutes. You go on where you are now."
    ),
    "go_on_a_page": N_("Open the page"),
    "welcome_back": N_("You can go on here now."),
    "code_unknown": N_("This code is not valid any more. Please ask for a new one."),
    "reminder": N_("You asked to be reminded: your answers are waiting. Tap “Go on” or write /start."),
}
"""Code -> sentence."""
