"""How every page is made: shell, components, refusals, slots."""
