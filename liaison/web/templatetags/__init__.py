"""The tags of Liaison's templates."""
