"""What forms and fields are called in the language of the desk; what lacks its English stays Japanese."""

from __future__ import annotations

from forms.definition import Field, FormDefinition, Table
from forms.facts import Finding
from forms.findings import remark
from savings.periods import is_english

__all__ = ["is_english", "label_of", "remark_of", "section_of", "title_of", "told"]


def label_of(one: Field | Table) -> str:
    return one.label_en if is_english() and one.label_en else one.label


def title_of(form: FormDefinition) -> str:
    return form.title_en if is_english() and form.title_en else form.title


def section_of(field: Field) -> str:
    """The heading that begins with this field; empty where none does."""
    return field.section_en if is_english() and field.section_en else field.section


def remark_of(finding: Finding, form: FormDefinition) -> str:
    """What was seen in a field and what to do about it."""
    return remark(finding, form, english=is_english())


def told(finding: Finding, form: FormDefinition) -> str:
    """The same with the field's label in front."""
    colon = ": " if is_english() else "："
    return f"{label_of(form.field(finding.field_id))}{colon}{remark_of(finding, form)}"
