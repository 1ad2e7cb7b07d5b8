"""The sign-in page, and what the page says of who is signed in and where it is served."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import Response

from assistant.access.binding import Binding, Entry
from assistant.access.names import NAME_LIMIT
from assistant.access.who import Visit
from assistant.web.refusal import refusal
from assistant.web.words import escape, one_line, say

_STYLE = Path(__file__).resolve().parent / "signin.css"
_SCRIPT = Path(__file__).resolve().parent / "signin.js"
_ONWARD = Path(__file__).resolve().parent / "onward.js"
_PROBLEMS = ("wrong", "wait", "stale", "busy")


def later(seconds: float) -> str:
    """A wait in words, such as "in 20 seconds" or "in 3 minutes"; never too short."""
    whole = max(1, int(seconds) + (seconds > int(seconds)))
    if whole <= 90:
        return say("limits.seconds", count=whole)
    return say("limits.minutes", count=-(-whole // 60))


class SignInPages:
    """What stands before the page itself: plain HTML that needs no script, and the refusals of
    programs."""

    def form(self, token: str, name: str, problem: str, wait_s: int) -> str:
        """The sign-in form with what went wrong in words, never which of name and password."""
        said = problem if problem in _PROBLEMS else ""
        words = say(f"signin.{said}", when=later(wait_s)) if said else ""
        alert = f'<p class="problem" id="problem" role="alert">{escape(words)}</p>' if words else ""
        described = ' aria-describedby="problem" aria-invalid="true"' if said == "wrong" else ""
        title = say("signin.title_problem" if words else "signin.title")
        return _document(title, (
            f"<h1>{escape(say('signin.heading'))}</h1><p>{escape(say('signin.text'))}</p>{alert}"
            f'<form method="post" autocomplete="on">'
            f'<input type="hidden" name="token" value="{escape(token)}">'
            f'<label for="name">{escape(say("signin.name"))}</label>'
            f'<input id="name" name="name" type="text" value="{one_line(name[:NAME_LIMIT])}"'
            f' maxlength="{NAME_LIMIT}" autocomplete="username" autocapitalize="none"'
            f' spellcheck="false" required{_focus(not name)}{described}>'
            f'<label for="password">{escape(say("signin.password"))}</label>'
            f'<input id="password" name="password" type="password"'
            f' autocomplete="current-password" required{_focus(bool(name))}{described}>'
            f"<button>{escape(say('signin.button'))}</button></form>"
            f'<p class="help">{escape(say("signin.help"))}</p>'))

    def refused(self) -> str:
        """What somebody sees whom the proxy didn't name, or who has no access."""
        return _document(say("signin.refused_title"), (
            f"<h1>{escape(say('signin.refused_title'))}</h1>"
            f"<p>{escape(say('signin.refused'))}</p>"))

    def onward(self) -> str:
        """A page that goes on to the page itself at once. Without script it forgets what stands
        behind "#" in its address."""
        return _document(say("name"), (
            f'<p><a href="/">{escape(say("signin.go_on"))}</a></p>'),
            '<script src="/onward.js" defer></script>'
            '<noscript><meta http-equiv="refresh" content="0; url=/"></noscript>')

    def onward_script(self) -> str:
        """The script of ``onward``."""
        return _ONWARD.read_text("utf-8")

    def problem(self, key: str, wait_s: float = 0) -> Response:
        """What a program is told that is not let in."""
        return refusal(key, wait_s)

    def style(self) -> str:
        """The style sheet of these pages."""
        return _STYLE.read_text("utf-8")

    def words(self, key: str) -> str:
        """What a refused request of the page is told."""
        return say(f"signin.told.{key}")


def _focus(wanted: bool) -> str:
    return " autofocus" if wanted else ""


def _document(title: str, main: str, head: str = "") -> str:
    return (f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="color-scheme" content="light dark">{head}'
            f"<title>{escape(title)} · {escape(say('name'))}</title>"
            f'<link rel="stylesheet" href="/sign-in.css"></head><body><main>'
            f'<p class="product">{escape(say("name"))}</p>{main}</main></body></html>')


def account_html(visit: Visit) -> str:
    """Who is signed in, in which role, with the button that signs out; "" where nobody is."""
    if visit.name is None:
        return ""
    who = say(f"signin.{visit.role.value}", name=visit.name)
    button = "" if not visit.token else (
        f'<form method="post" action="/sign-out"><input type="hidden" name="token"'
        f' value="{escape(visit.token)}"><button class="plain">{escape(say("signin.out"))}'
        f"</button></form>")
    return f'<div class="account"><p>{one_line(who)}</p>{button}</div>'


def sharing_words(binding: Binding | None) -> str:
    """Who can reach the page and whether they sign in; plain text."""
    if binding is None:
        return ""
    if binding.entry is Entry.ALONE:
        return say("signin.foot.alone")
    if binding.entry is Entry.OPEN:
        return say("signin.foot.open")
    return say("signin.foot.computer" if binding.is_loopback else "signin.foot.shared")


def notice_html() -> str:
    """What appears when a request was refused because nobody is signed in any more."""
    return (f'<div id="signed-out" role="alert" hidden data-out="{escape(say("signin.ended"))}"'
            f' data-other="{escape(say("signin.other"))}"><p></p>'
            f'<p><a href="/" class="plain main">{escape(say("signin.again"))}</a></p></div>')


def notice_script() -> str:
    """The script of ``notice_html``."""
    return _SCRIPT.read_text("utf-8")
