"""The web desk: where operators correct, departments look, and the council's figures begin."""
