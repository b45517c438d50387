"""What is shown: Django's own admin with its own widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from rehearsal.admin_site.models import Notice, Person

if TYPE_CHECKING:
    # Django's own classes take no parameters when the program runs.
    Inline = admin.TabularInline[Person, Notice]
    Admin = admin.ModelAdmin[Notice]
else:
    Inline, Admin = admin.TabularInline, admin.ModelAdmin


class PersonInline(Inline):
    model = Person
    extra = 1


@admin.register(Notice)
class NoticeAdmin(Admin):
    list_display = ("id", "reception_number", "notice_type", "notified_on")
    search_fields = ("=reception_number",)
    radio_fields = {"notice_type": admin.HORIZONTAL}  # noqa: RUF012  # Django's own way of saying it.
    inlines = (PersonInline,)
