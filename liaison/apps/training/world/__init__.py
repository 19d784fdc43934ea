"""The invented world, generated: nobody real is in it, and it is the same on every machine."""
