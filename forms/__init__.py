"""What a sheet says: definitions, field kinds, normalising, rules, findings, blank-sheet printing."""
