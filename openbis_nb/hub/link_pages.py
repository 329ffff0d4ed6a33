"""The pages of linking: the account page with its forms, the landing of links, and "use … here?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyterhub.handlers.login import LoginHandler
from jupyterhub.utils import maybe_future
from tornado import web
from tornado.httputil import url_concat

from ..errors import OpenBISFailure, OpenbisNbError
from .account import AccountPage
from .failures import as_http_error, reason_of
from .landing import ACCOUNT, Landing
from .next_target import next_target
from .sessions import Confirmed, HubSession
from .tickets import Ticket

if TYPE_CHECKING:
    from .linking import LinksOpenBIS

__all__ = ["LinkAccount", "LinkConfirm", "handlers"]

#: The page below the hub's own address that asks.
_CONFIRM = "openbis/link"


class LinkAccount(AccountPage):
    """The account page with the ways to link an account, and to end that."""

    authenticator: LinksOpenBIS

    @web.authenticated
    async def post(self) -> None:
        """``do=link`` with ``username`` and ``password``, or ``token``; or ``do=unlink``."""
        if self.get_body_argument("do", "") == "unlink":
            await self.show(told=_unlinked(await self.authenticator.unlink(self.current_user)))
            return
        names = ("username", "password", "token")
        data = {name: self.get_body_argument(name, "", strip=name != "password") for name in names}
        data["again"] = "1"  # it was asked for by hand
        try:
            session = await self.authenticator.link(self.current_user, data)
        except OpenbisNbError as error:
            status = 503 if isinstance(error, OpenBISFailure) else 403
            await self.show(error=f"{error.message} {error.next_step}", status=status)
            return
        await self.show(told=f"The openBIS account {session.user_id} is linked.")


def _unlinked(session: HubSession | None) -> str:
    if session is None:
        return "No openBIS account was linked."
    told = f"The openBIS account {session.user_id} is no longer linked."
    if not session.token.is_personal_access_token:
        return told
    end = f" until {session.valid_until:%Y-%m-%d at %H:%M} UTC" if session.valid_until else ""
    return f"{told} Its token stays valid{end}; to end it at once, revoke it in openBIS."


class LinkLanding(Landing):
    """Mixed into the log-in page: what a link brings waits under a nonce, until the log-in is done."""

    authenticator: LinksOpenBIS

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """To the page that asks; without anything brought, the page that was there before."""
        if not self.brings_a_session:
            await maybe_future(super().get(*args, **kwargs))
            return
        try:
            self.ask_first(await self.ticket(), _CONFIRM)
        except OpenbisNbError as error:
            # To an address without the token: what is shown here would stay in the browser's history.
            self.redirect(url_concat(f"{self.hub.base_url}{ACCOUNT}", {"failed": reason_of(error)}))


class LinkConfirm(Landing):
    """``/hub/openbis/link``: "use the openBIS account … here?"; no question when it is linked already."""

    authenticator: LinksOpenBIS

    @web.authenticated
    async def get(self) -> None:
        """Ask, or renew what is linked."""
        number, ticket = self.asked()
        person = await self.whose(ticket)
        linked = await self.authenticator.session_of(self.current_user)
        if linked is not None and linked.user_id == person.user_id:
            self.authenticator.confirmations.redeem(number)
            await self._link(ticket)
            return
        html = await self.render_template(
            "openbis_link.html",
            person=person,
            linked=linked,
            number=number,
            account=f"{self.hub.base_url}{ACCOUNT}",
        )
        self.finish(html)

    @web.authenticated
    async def post(self) -> None:
        """Link as the page said."""
        await self._link(self.answered())

    async def _link(self, ticket: Ticket) -> None:
        user = self.current_user
        person = await self.whose(ticket)
        target = next_target(ticket.next_url, self.own(user, person.user_id))
        data = {"confirmed": Confirmed(ticket.session, person), "again": self.is_account(target)}
        try:
            await self.authenticator.link(user, data)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        self.redirect(self.start_first(user, target) if target else f"{self.hub.base_url}{ACCOUNT}")


def handlers(theirs: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Our pages, made for the log-in page of *theirs*, else for JupyterHub's own."""
    _, login, *settings = next((entry for entry in theirs if entry[0] == "/login"), ("/login", LoginHandler))
    return [
        (r"/login", type(f"{login.__name__}WithOpenBIS", (LinkLanding, login), {}), *settings),
        (rf"/{ACCOUNT}", LinkAccount),
        (rf"/{_CONFIRM}", LinkConfirm),
    ]
