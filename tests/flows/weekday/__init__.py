"""A weekday's work under ``tenki up``: three tasks on their schedules, parts killed now and then, and the
count of what came of it, made from what was handed in and from the target's own database.

``python -m tests.flows.weekday --sheets 200,300,500 --minutes 60 --out docs/weekday.md``
"""
