"""The few forms around a questionnaire. They read what was posted; macros show them; codes word their errors."""

from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired, Length

AGREE, DECLINE = "agree", "decline"
_LONGEST = 200


class ConsentForm(Form):
    """Agree or decline; nothing is chosen beforehand. The messages of all three forms are codes of problems."""

    # The stubs know only the tuples that WTForms 3.3 warns of.
    consent = RadioField(choices=[AGREE, DECLINE], validators=[InputRequired("consent_missing")])  # type: ignore[list-item]


class CodeForm(Form):
    """A collector's code from a poster, or the short code of answers to go on with."""

    code = StringField(validators=[InputRequired("code_missing"), Length(max=_LONGEST, message="code_unknown")])


class WithdrawForm(Form):
    """A receipt code. Whatever is typed gets the same answer, so only an empty field is a mistake."""

    receipt = StringField(validators=[InputRequired("receipt_missing")])
