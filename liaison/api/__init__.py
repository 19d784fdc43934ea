"""How every program is answered: problems, tokens and the description of the interface."""
