"""For servers: ``gunicorn surveyapp.web.wsgi:app``."""

from surveyapp.web import create_app, journal

app = create_app()
journal.configure(app.extensions["surveyapp"].config.log_level)
