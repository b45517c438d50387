"""Sign-in by a proxy's header, and by a directory that is asked over TLS."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client
from ldap3.protocol.rfc4511 import LDAPMessage
from pyasn1.codec.ber import decoder
from pytest_django import Settings

from cases import second_factor
from cases.models import AuditLine
from tests import tls

PROXY = "192.0.2.7"
BOUND = {"uid=operator,ou=people": "in-the-directory", "uid=a\\,b,ou=people": "x"}


@pytest.fixture
def behind_proxy(settings: Settings) -> None:
    settings.SITE = dataclasses.replace(settings.SITE, proxy_header="X-Remote-User", proxy_addresses=(PROXY,))


@pytest.mark.parametrize(
    ("address", "named", "status"),
    [
        (PROXY, "operator", 200),
        ("192.0.2.8", "operator", 302),
        (PROXY, "", 302),
        (PROXY, "stranger", 403),
        (PROXY, "locked", 403),
    ],
)
def test_the_header_counts_from_the_proxy_only(
    address: str, named: str, status: int, behind_proxy: None, tasks: None, people: Mapping[str, User]
) -> None:
    User.objects.create(username="locked", is_active=False)
    client = Client(REMOTE_ADDR=address, headers={"X-Remote-User": named})
    assert client.get("/queue").status_code == status
    signed = AuditLine.objects.filter(who="operator", what="signin.done").exists()
    assert signed is (status == 200)


def test_another_person_at_the_proxy_takes_the_session_over(
    behind_proxy: None, tasks: None, people: Mapping[str, User]
) -> None:
    client = Client(REMOTE_ADDR=PROXY)
    assert client.get("/people", headers={"X-Remote-User": "ict"}).status_code == 200
    assert client.get("/people", headers={"X-Remote-User": "operator"}).status_code == 403


def test_the_proxy_stands_for_the_password_only(
    behind_proxy: None, tasks: None, people: Mapping[str, User]
) -> None:
    secret, now_s = second_factor.new_secret(), int(time.time())
    totp = pyotp.TOTP(secret)
    assert second_factor.enrol(people["operator"], secret, totp.at(now_s, counter_offset=-1))
    client = Client(REMOTE_ADDR=PROXY, headers={"X-Remote-User": "operator"})
    for _ in range(2):
        assert client.get("/queue?task=ido").headers["Location"] == "/sign-in/code?next=%2Fqueue%3Ftask%3Dido"
    assert client.get("/sign-in/code").status_code == 200
    assert client.post("/sign-in/code", {"code": "000000"}).status_code == 403
    right = {"code": totp.at(now_s), "next": "/queue"}
    assert client.post("/sign-in/code", right).headers["Location"] == "/queue"
    assert client.get("/queue").status_code == 200


def test_a_session_begun_by_the_proxy_ends_without_it(
    behind_proxy: None, tasks: None, people: Mapping[str, User]
) -> None:
    client = Client(REMOTE_ADDR=PROXY)
    assert client.get("/queue", headers={"X-Remote-User": "operator"}).status_code == 200
    assert client.get("/queue").status_code == 302
    assert AuditLine.objects.filter(who="operator", what="signin.out").exists()
    client.force_login(people["operator"])
    assert client.get("/queue").status_code == 200


def test_the_refusal_of_the_proxy_is_not_stored(behind_proxy: None, people: Mapping[str, User]) -> None:
    refused = Client(REMOTE_ADDR=PROXY, headers={"X-Remote-User": "stranger"}).get("/queue")
    assert refused.status_code == 403
    assert refused.headers["Cache-Control"] == "no-store" and "Content-Security-Policy" in refused.headers


def test_without_the_setting_no_header_is_believed(tasks: None, people: Mapping[str, User]) -> None:
    assert Client(headers={"X-Remote-User": "ict"}).get("/people").status_code == 302


def test_an_account_made_for_the_proxy_needs_no_password(
    behind_proxy: None, tasks: None, people: Mapping[str, User]
) -> None:
    ict = Client()
    ict.force_login(people["ict"])
    assert 'name="outside"' in ict.get("/people").content.decode()
    asked = {"username": "kudo", "full_name": "工藤　花", "role": ["operator"], "outside": "yes"}
    kudo = ict.post("/people", asked, follow=True).context["other"]
    assert not kudo.has_usable_password()
    assert Client(REMOTE_ADDR=PROXY, headers={"X-Remote-User": "kudo"}).get("/queue").status_code == 200
    ict.post(f"/people/{kudo.pk}/password")
    assert User.objects.get(pk=kudo.pk).has_usable_password()
    ict.post(f"/people/{kudo.pk}/outside")
    assert Client(REMOTE_ADDR=PROXY, headers={"X-Remote-User": "kudo"}).get("/queue").status_code == 200


def test_without_directory_or_proxy_every_account_has_a_password(
    tasks: None, people: Mapping[str, User]
) -> None:
    ict = Client()
    ict.force_login(people["ict"])
    assert 'name="outside"' not in ict.get("/people").content.decode()
    asked = {"username": "kudo", "full_name": "工藤　花", "role": ["operator"], "outside": "yes"}
    assert "data-password" in ict.post("/people", asked).content.decode()
    assert ict.post(f"/people/{people['operator'].pk}/outside").status_code == 400


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tls.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def directory(certificate: Path) -> Iterator[str]:
    """A directory that knows how to answer a bind, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=_answer_all, args=(plain, context), daemon=True).start()
        yield f"ldaps://127.0.0.1:{plain.getsockname()[1]}"


def _answer_all(plain: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            line, _ = plain.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(line, server_side=True) as safe:
                asked, _rest = decoder.decode(safe.recv(65536), asn1Spec=LDAPMessage())
                bind = asked["protocolOp"]["bindRequest"]
                name, password = str(bind["name"]), bytes(bind["authentication"]["simple"]).decode()
                number, code = int(asked["messageID"]), 0 if BOUND.get(name) == password else 49
                safe.sendall(bytes([0x30, 12, 2, 1, number, 0x61, 7, 0x0A, 1, code, 4, 0, 4, 0]))
                safe.recv(1024)
        except (ssl.SSLError, ConnectionError):
            continue  # A client that does not trust the certificate hangs up.


@pytest.fixture
def with_directory(directory: str, certificate: Path, settings: Settings) -> Settings:
    settings.SITE = dataclasses.replace(
        settings.SITE,
        ldap_url=directory,
        ldap_user="uid={user},ou=people",
        ldap_certificate=str(certificate),
    )
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "desk.ldap.DirectoryBackend",
    ]
    return settings


@pytest.mark.parametrize(
    ("username", "password", "status"),
    [
        ("operator", "in-the-directory", 302),
        ("operator", "wrong", 403),
        ("operator,ou=people", "in-the-directory", 403),
        ("not-in-the-desk", "in-the-directory", 403),
        ("locked", "in-the-directory", 403),
    ],
)
def test_the_directory_checks_the_password(
    username: str, password: str, status: int, with_directory: Settings, people: Mapping[str, User]
) -> None:
    User.objects.create(username="locked", is_active=False)
    signed = Client().post("/sign-in", {"username": username, "password": password})
    assert signed.status_code == status


def test_a_directory_that_nobody_vouches_for_is_not_told_a_password(
    with_directory: Settings, people: Mapping[str, User]
) -> None:
    with_directory.SITE = dataclasses.replace(with_directory.SITE, ldap_certificate="")
    signed = Client().post("/sign-in", {"username": "operator", "password": "in-the-directory"})
    assert signed.status_code == 403
