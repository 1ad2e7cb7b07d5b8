"""Everything that decides who may do what, made once from the settings."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from assistant.access.binding import Binding, Entry, binding_of
from assistant.access.limits import Rate, Slowing, Ties
from assistant.access.line import Line
from assistant.access.names import NAME_LIMIT, fold, tidy_name
from assistant.access.passwords import matches
from assistant.access.peers import Peers, parsed
from assistant.access.sessions import Sessions
from assistant.access.users import User, UsersFile
from assistant.access.who import Role
from assistant.settings import Settings
from corpus.errors import FixConfiguration, GiveUp

# Wrong passwords before each more has to wait, and the longest wait. Many people may sit behind
# one address, so an address gets more of them than a name.
FREE_FOR_A_NAME, FREE_FOR_AN_ADDRESS = 5, 20
LONGEST_WAIT_S = 300.0


@dataclass(frozen=True)
class Access:
    """Users, sessions and limits of one running page."""

    binding: Binding
    peers: Peers
    users: UsersFile | None
    default_role: Role | None
    sessions: Sessions
    questions: Rate
    uploads: Rate
    arrivals: Rate
    asking: Line
    writing: Line
    names: Slowing = field(default_factory=lambda: Slowing(FREE_FOR_A_NAME, LONGEST_WAIT_S))
    addresses: Slowing = field(
        default_factory=lambda: Slowing(FREE_FOR_AN_ADDRESS, LONGEST_WAIT_S))
    # Wrong tokens, apart from passwords: a program with an old token keeps no person waiting.
    tokens: Slowing = field(default_factory=lambda: Slowing(FREE_FOR_AN_ADDRESS, LONGEST_WAIT_S))
    ties: Ties = field(default_factory=Ties)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def signed(self, purpose: str, text: str) -> str:
        """A token for a form, which nobody else can make; it ends with the program."""
        return hmac.new(self.secret, f"{purpose}\0{text}".encode("utf-8", "replace"),
                        hashlib.sha256).hexdigest()

    def waits(self, name: str, address: str) -> float:
        """Seconds until the next password may be tried for this name or from this address."""
        return max(self.names.wait(fold(name)[:NAME_LIMIT]), self.addresses.wait(address))

    def begin(self, name: str, address: str) -> None:
        """Count a try before its password is looked at, so that many at once gain nothing."""
        self.names.begin(fold(name)[:NAME_LIMIT])
        self.addresses.begin(address)

    def check(self, name: str, password: str, address: str) -> User | None:
        """The user whose password this is, None otherwise. A try that began is forgiven where it
        is right. Takes as long for an unknown name as for a known one."""
        user = self.users.find(name) if self.users is not None and len(name) <= NAME_LIMIT else None
        kept = user.password or None if user is not None else None
        if not matches(password, kept) or user is None:
            return None
        self.names.forgive(fold(name)[:NAME_LIMIT])
        self.addresses.give_back(address)
        return user

    def named(self, name: str | None) -> User | None:
        """The user that a trusted proxy names, with a role; None for nobody that may come in."""
        try:
            tidy = tidy_name(name or "")
        except GiveUp:
            return None
        known = self.users.find(tidy) if self.users is not None else None
        if known is not None:
            return known
        role = self.default_role
        if role is None:
            # With a list of users, it is the whole list.
            role = Role.READER if self.users is None else None
        return User(fold(tidy), role) if role is not None else None


def rests_on(user: User) -> str:
    """What of a user a session rests on: another password ends it."""
    return hashlib.sha256(user.password.encode()).hexdigest()


def access_of(settings: Settings) -> Access:
    """Read the settings and the users. Raises ``FixConfiguration`` with what to do."""
    binding = binding_of(settings)
    path = settings.users_path
    users = UsersFile(path.expanduser()) if path is not None else None
    if users is not None:
        listed = users.users()
        if binding.entry is Entry.PASSWORD and not any(
                one.password or one.tokens for one in listed):
            raise FixConfiguration(f"The users file {users.path} names nobody who can sign in.",
                                   "Add somebody with 'findings users add NAME'.")
    header = settings.trusted_header.strip().lower().encode()
    shared = binding.is_shared
    return Access(
        binding, Peers(parsed(settings.trusted_proxies), header), users,
        Role(settings.default_role) if settings.default_role else None,
        Sessions(settings.signin_idle * 60, settings.signin_longest * 60),
        Rate(settings.question_rate if shared else 0, 60),
        Rate(settings.upload_rate if shared else 0, 3600),
        # What arrives without being asked for first; the page asks, and says when to come back.
        Rate(settings.upload_rate if shared else 0, 3600), Line(settings.questions_at_once),
        Line(settings.writers))
