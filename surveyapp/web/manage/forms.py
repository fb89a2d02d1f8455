"""The forms of staff pages. They read what was posted; macros show them; the messages are codes of wordings.

What is wrong is told in the order in which the fields stand here, which is that of the pages.
"""

from typing import Any

from flask import g
from wtforms import Form, StringField
from wtforms.validators import AnyOf, EqualTo, InputRequired, Length

from surveyapp.services.assignments import ANY_TASK
from surveyapp.services.people import ANY_ROLE

_CODE, _LONGEST = 64, 300


class StaffForm(Form):
    """Nothing is judged, nor done, when only language or size were changed."""

    def validate(self, *given: Any, **more: Any) -> bool:
        """As WTForms does."""
        return not g.get("looks_again") and bool(super().validate(*given, **more))


class EmailForm(StaffForm):
    """An address."""

    email = StringField(validators=[InputRequired("email_missing"), Length(max=_LONGEST, message="bad_email")])


class SignInForm(EmailForm):
    """An address and a passphrase."""

    passphrase = StringField(validators=[InputRequired("passphrase_missing")])


class SecondFactorForm(StaffForm):
    """A code of an app, or a recovery code."""

    code = StringField(
        validators=[InputRequired("second_code_missing"), Length(max=_CODE, message="second_code_wrong")]
    )


class StepUpForm(StaffForm):
    """The same, in a form that may carry the fields of another one."""

    proof = StringField(
        validators=[InputRequired("second_code_missing"), Length(max=_CODE, message="second_code_wrong")]
    )


class PresentForm(StaffForm):
    """The passphrase somebody has at present."""

    present = StringField(validators=[InputRequired("passphrase_missing")])


class PassphraseForm(StaffForm):
    """A new passphrase, typed twice since it can't be seen."""

    passphrase = StringField(validators=[InputRequired("passphrase_missing")])
    again = StringField(validators=[EqualTo("passphrase", message="passphrases_differ")])


class RoleForm(StaffForm):
    """A role; places and units beside it are looked up by the service."""

    role = StringField(validators=[InputRequired("role_missing"), AnyOf(ANY_ROLE, message="role_missing")])


class TaskForm(StaffForm):
    """A task in a wave; wave and place are looked up by the service."""

    task = StringField(validators=[InputRequired("task_missing"), AnyOf(ANY_TASK, message="task_missing")])
    wave = StringField(validators=[InputRequired("wave_missing")])


class InviteForm(EmailForm, RoleForm):
    """Whom, and as what."""
