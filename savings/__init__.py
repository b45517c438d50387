"""Minutes → indicators → council workbook: pure functions, one reader of the cases, one Excel writer."""
