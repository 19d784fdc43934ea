"""What the other apps may use of the yente interface: nothing; it is a door."""

__all__: list[str] = []
