"""How every page is made: the shell, its components, refusals in words, headers that keep it to itself."""
