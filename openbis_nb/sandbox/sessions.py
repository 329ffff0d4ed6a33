"""Sessions of people and of personal access tokens (contract 2.1 to 2.6).

Sessions live in memory, as on the real server: a restart ends them. Personal access tokens are in the
database; all tokens of one user with the same session name share one session.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .clock import Clock
from .config import SandboxConfig
from .failures import InvalidSession
from .store import Store

PAT_PREFIX = "$pat-"


@dataclass
class Session:
    """One log-in. ``key`` names its session workspace and stays the same for all tokens of a PAT session."""

    token: str
    user: str
    creator: str
    last_used: float
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    pat_name: str | None = None

    def __repr__(self) -> str:
        return f"Session(user={self.user!r}, pat_name={self.pat_name!r})"


class Sessions:
    """Opens, finds and ends sessions. ``on_end`` functions are called with each session that is over."""

    def __init__(self, config: SandboxConfig, clock: Clock, store: Store) -> None:
        self._config, self._clock, self._store = config, clock, store
        self._sessions: dict[str, Session] = {}
        self._expired: set[str] = set()
        self._pat_sessions: dict[tuple[str, str], Session] = {}
        self._lock = threading.RLock()
        self.on_end: list[Callable[[Session], None]] = []

    def open(self, user: str, creator: str | None = None) -> Session:
        """A new session; beyond the limit the user's oldest one is closed."""
        session = Session(new_token(self._clock, user), user, creator or user, self._clock.now())
        limit = self._config.max_sessions_per_user
        with self._lock:
            self._sweep()
            own = [other for other in self._sessions.values() if other.user == user]
            surplus = max(0, len(own) - limit + 1) if limit else 0
            for oldest in own[:surplus]:
                self._end(oldest)
            self._sessions[session.token] = session
        return session

    def require(self, token: object) -> Session:
        """The live session of a token, whose inactivity starts anew. Raises InvalidSession."""
        if self._is_pat(token):
            return self._require_pat(str(token))
        with self._lock:
            self._sweep()
            session = self._sessions.get(str(token))
            if session is not None:
                session.last_used = self._clock.now()
                return session
            if str(token) in self._expired:
                raise InvalidSession("Session no longer available. Please login again.")
        raise InvalidSession(f"Session token '{token}' is invalid: user is not logged in.")

    def is_active(self, token: object) -> bool:
        """Whether a token is good; asking does not keep a session alive."""
        if self._is_pat(token):
            try:
                self._require_pat(str(token))
            except InvalidSession:
                return False
            return True
        with self._lock:
            self._sweep()
            return str(token) in self._sessions

    def close(self, token: object) -> None:
        """Log out. A token that is not known is no error; a PAT's session goes on."""
        with self._lock:
            session = self._sessions.get(str(token))
            if session is not None:
                self._end(session)

    def expire(self, user: str | None = None) -> int:
        """Let the sessions of a user (of everybody) time out now; how many there were. For tests."""
        with self._lock:
            ended = [one for one in self._sessions.values() if user in (None, one.user)]
            for session in ended:
                self._expired.add(session.token)
                self._end(session)
        return len(ended)

    def forget_user(self, user: str) -> None:
        """End all sessions of a user, those of personal access tokens too (the user was deactivated)."""
        with self._lock:
            pats = [one for key, one in self._pat_sessions.items() if key[0] == user]
            for session in [one for one in self._sessions.values() if one.user == user] + pats:
                self._end(session)

    def _is_pat(self, token: object) -> bool:
        """The 20.10 line takes a token apart at its dashes and expects three parts (contract 2.2)."""
        if not isinstance(token, str) or not token.startswith(PAT_PREFIX):
            return False
        return token.count("-") == 2 or self._config.recognises_dashed_pats

    def _require_pat(self, token: str) -> Session:
        if not self._config.pat_enabled:
            raise InvalidSession("Personal access tokens are disabled")
        with self._store.read() as db:
            row = db.execute(
                "SELECT owner, session_name, valid_from, valid_to FROM personal_access_tokens"
                " JOIN persons ON user_id = owner AND active = 1 WHERE token = ?",
                (token,),
            ).fetchone()
        if row is None:
            raise InvalidSession("Personal access token session does not exist.")
        now = self._clock.now() * 1000
        if now < row["valid_from"]:
            raise InvalidSession("Personal access token is not yet valid.")
        if now > row["valid_to"]:
            raise InvalidSession("Personal access token is no longer valid.")
        key = (row["owner"], row["session_name"])
        with self._lock:
            session = self._pat_sessions.get(key)
            if session is None:
                user, name = key
                shared = new_token(self._clock, user)
                session = Session(shared, user, user, self._clock.now(), pat_name=name)
                self._pat_sessions[key] = session
            session.last_used = self._clock.now()
            return session

    def _sweep(self) -> None:
        oldest = self._clock.now() - self._config.session_timeout
        for session in [one for one in self._sessions.values() if one.last_used < oldest]:
            self._expired.add(session.token)
            self._end(session)

    def _end(self, session: Session) -> None:
        self._sessions.pop(session.token, None)
        if session.pat_name is not None:
            self._pat_sessions.pop((session.user, session.pat_name), None)
        for function in self.on_end:
            function(session)


def new_token(clock: Clock, user: str) -> str:
    """``<user>-<yyMMddHHmmssSSS>x<32 upper-case hex digits>`` (contract 2.2)."""
    now = datetime.fromtimestamp(clock.now())
    stamp = now.strftime("%y%m%d%H%M%S") + f"{now.microsecond // 1000:03d}"
    return f"{user}-{stamp}x{secrets.token_hex(16).upper()}"
