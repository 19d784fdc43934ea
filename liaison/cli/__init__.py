"""The `liaison` command: one module a noun, each with `register(subparsers)`."""
