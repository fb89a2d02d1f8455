"""For servers: ``gunicorn surveyapp.web.wsgi:app``."""

from surveyapp.web import create_app

app = create_app()
