"""Django as a WSGI application: every page and every REST address but the hot path."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
application = get_wsgi_application()
