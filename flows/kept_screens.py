"""What is kept of the targets' screens, for the desk (``desk.ports.ScreenReports``)."""

from __future__ import annotations

from desk.ports import ScreenReport, ScreenView
from flows import targets, wiring


class KeptScreens:
    """Reads what checks have left under ``var/targets``."""

    def report(self, target: str) -> ScreenReport | None:
        if target not in wiring.target_names() or wiring.file_target(target) is not None:
            return None
        from robots.telling import difference_words

        definition = wiring.target(target)
        views = tuple(
            ScreenView(
                one.screen,
                one.title,
                known=one.known is not None,
                seen=one.seen is not None,
                changes=tuple(map(difference_words, one.differences)),
            )
            for one in targets.comparisons(definition)
        )
        seen_at, misfits = targets.seen_at(target), targets.misfits_seen(target)
        return ScreenReport(target, definition.title, seen_at, misfits, views) if seen_at else None

    def picture(self, target: str, which: str, screen: str) -> bytes | None:
        return targets.picture(target, which, screen)
