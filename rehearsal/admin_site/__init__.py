"""A second target: Django's own admin, unchanged, over a small model of notices with inline rows.

Nobody here wrote its screens. ``python -m rehearsal.admin_site`` starts it.
"""
