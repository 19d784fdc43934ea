"""How every page is made: the shell, its components, refusals in words, and the headers that keep a page to itself."""
