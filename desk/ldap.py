"""Passwords checked by the city's directory. Who may do what stays in the desk: accounts are made there."""

from __future__ import annotations

import logging
import ssl

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest
from ldap3 import AUTO_BIND_NO_TLS, AUTO_BIND_TLS_BEFORE_BIND, NONE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError, LDAPException
from ldap3.utils.dn import escape_rdn

log = logging.getLogger(__name__)
TIMEOUT_S = 5


class DirectoryBackend(ModelBackend):
    """Signs a known account in when the directory accepts its password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> User | None:
        """None for whoever is unknown, switched off or refused; also when the directory does not answer."""
        if not username or not password:
            return None  # A directory takes a name without a password for a visitor and lets it in.
        user = User.objects.filter(username=username).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        return user if _binds(username, password) else None


def _binds(username: str, password: str) -> bool:
    site = settings.SITE
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=site.ldap_certificate or None)
    server = Server(site.ldap_url, tls=tls, connect_timeout=TIMEOUT_S, get_info=NONE)
    # A password never travels in clear: without TLS from the start it is begun before the name is said.
    mode = AUTO_BIND_NO_TLS if site.ldap_url.startswith("ldaps:") else AUTO_BIND_TLS_BEFORE_BIND
    name = site.ldap_user.replace("{user}", escape_rdn(username))
    try:
        Connection(server, name, password, auto_bind=mode, receive_timeout=TIMEOUT_S).unbind()
    except LDAPBindError:
        return False
    except LDAPException as error:
        log.error("the directory cannot be asked: %s", type(error).__name__)
        return False
    return True
