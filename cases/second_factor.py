"""The second factor: time codes (TOTP, RFC 6238) of the person's own device, and recovery codes on paper."""

from __future__ import annotations

import secrets
import time
import unicodedata

import pyotp
from django.contrib.auth.models import User
from django.db import transaction

from cases import audit, roles, vault
from cases.people import Account
from cases.roles import Role

STEP_S = 30
RECOVERY_CODES = 8
RECOVERY_BYTES = 5
ISSUER = "Tenki"


def new_secret() -> str:
    """A fresh secret, not yet anybody's."""
    return pyotp.random_base32()


def address(user: User, secret: str) -> str:
    """What the QR code says to the authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=ISSUER)


def is_set(user: User) -> bool:
    return Account.objects.filter(user=user, totp__isnull=False).exists()


@transaction.atomic
def enrol(user: User, secret: str, code: str) -> tuple[str, ...] | None:
    """Keep the secret once a code of it was shown right; the recovery codes, or None for a wrong code."""
    step = _step_of(secret, code, 0)
    if step is None:
        return None
    codes = tuple(secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES))
    sealed = vault.seal(vault.Key.FILES, secret.encode(), _place(user))
    kept = {"totp": sealed, "totp_step": step, "recovery": [_digest(user, one) for one in codes]}
    Account.objects.update_or_create(user=user, defaults=kept)
    audit.write(user.get_username(), "user.second_factor_set", user=user.pk)
    return codes


@transaction.atomic
def remove(user: User, by: User) -> None:
    """Take the second factor away: one's own, or as the ICT section that of a lost device. NotAllowed."""
    if user != by:
        roles.require(by, Role.ICT)
    Account.objects.filter(user=user).update(totp=None, recovery=[], totp_step=0)
    audit.write(by.get_username(), "user.second_factor_removed", user=user.pk)


@transaction.atomic
def accepts(user: User, code: str) -> bool:
    """Whether the code opens the desk now. Each time code and each recovery code does so once."""
    account = Account.objects.select_for_update().filter(user=user, totp__isnull=False).first()
    if account is None or account.totp is None:
        return False
    secret = vault.unseal(vault.Key.FILES, bytes(account.totp), _place(user)).decode()
    step = _step_of(secret, code, account.totp_step)
    if step is not None:
        Account.objects.filter(pk=user.pk).update(totp_step=step)
        return True
    mark = _digest(user, _plain(code))
    if mark in account.recovery:
        Account.objects.filter(pk=user.pk).update(recovery=[one for one in account.recovery if one != mark])
        audit.write(user.get_username(), "user.recovery_code_used", left=len(account.recovery) - 1)
        return True
    return False


def _step_of(secret: str, code: str, after: int) -> int | None:
    """The time step of the code: this one or a neighbour, since clocks differ, and later than ``after``."""
    now, totp, typed = int(time.time()) // STEP_S, pyotp.TOTP(secret), _plain(code).encode()
    steps = (step for step in (now, now - 1, now + 1) if step > after)
    return next(
        (step for step in steps if secrets.compare_digest(totp.generate_otp(step).encode(), typed)), None
    )


def _plain(code: str) -> str:
    """The code as it was meant: full-width digits and letters come of an input method that was left on."""
    # A lone surrogate is no part of any code, and could not be encoded.
    meant = unicodedata.normalize("NFKC", code).encode(errors="ignore").decode()
    return "".join(meant.split()).lower()


def _place(user: User) -> str:
    return f"totp/{user.pk}"


def _digest(user: User, code: str) -> str:
    return vault.digest(vault.Key.AUDIT, f"recovery/{user.pk}/{code}".encode())
