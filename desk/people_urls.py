"""The addresses around people: signing in, one's own account, all accounts, the audit trail."""

from __future__ import annotations

from django.urls import path

from desk.views import account, audit, guide, looks, people, retention, signin

urlpatterns = [
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("sign-in/code", signin.sign_in_code, name="sign-in-code"),
    path("look", looks.look, name="look"),
    path("account", account.account, name="account"),
    path("account/second-factor", account.second_factor_page, name="second-factor"),
    path("account/second-factor/remove", account.remove_second_factor, name="remove-second-factor"),
    path("help", guide.help_page, name="help"),
    path("help/toured", guide.toured, name="toured"),
    path("people", people.people, name="people"),
    path("people/<int:user_id>", people.one, name="person"),
    path("people/<int:user_id>/<str:what>", people.act, name="act-on-person"),
    path("audit", audit.audit_page, name="audit"),
    path("audit/verify", audit.verify, name="verify-audit"),
    path("audit/retention", retention.retention, name="retention"),
    path("audit/retention/verify", retention.verify, name="verify-retention"),
    path("audit/retention/hold", retention.hold_case, name="hold-case"),
    path("audit/retention/holds/<int:hold_id>/lift", retention.lift_hold, name="lift-hold"),
    path("audit/retention/<int:record_id>", retention.record, name="retention-record"),
]
