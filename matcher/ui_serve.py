"""Starts the dashboard's server and loads what the first page needs while the browser is still on its way."""

import sys
from contextlib import suppress
from importlib import import_module
from threading import Thread

from streamlit.web import cli

from matcher import log
from matcher.errors import MatcherError
from matcher.settings import Settings
from matcher.settings_service import Service

FIRST_NEEDED = ("matcher.desk", "matcher.ui", "matcher.ui_list", "matcher.ui_filters")


def _warm_up() -> None:
    for name in FIRST_NEEDED:
        import_module(name)
    from matcher.desk_priorities import warm_up

    # A faulty region folder is told by the first page, in words; here it must not end the server.
    with suppress(MatcherError):
        warm_up(Settings())


def main() -> None:
    """`python -m matcher.ui_serve run app.py …` takes what `streamlit` takes."""
    settings, service = Settings(), Service()
    log.set_up(service.log, service.secrets(settings))
    Thread(target=_warm_up, name="warm-up", daemon=True).start()
    sys.argv[0] = "streamlit"
    cli.main()


if __name__ == "__main__":
    main()
