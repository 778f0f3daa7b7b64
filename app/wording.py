"""What is said, in the language of the request: a page says a hundred things, so the catalogue is looked up once for it."""

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_translations


def install(app: Flask) -> None:
    """Let templates say things by the catalogue of the request."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension for translations
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda singular, plural, number: _catalogue().ungettext(singular, plural, number),
        newstyle=True,
    )


def gettext(text: str, **values: object) -> str:
    said: str = _catalogue().ugettext(text)
    return said % values if values else said


def ngettext(singular: str, plural: str, num: int) -> str:
    said: str = _catalogue().ungettext(singular, plural, num)
    return said % {"num": num}


def _catalogue() -> NullTranslations:
    try:
        found: NullTranslations = g.catalogue
    except AttributeError:
        found = g.catalogue = get_translations()
    except RuntimeError:  # outside of an application nothing is translated
        found = NullTranslations()
    return found
