"""What makes a log tamper-evident, as pure mathematics: bytes in, bytes out.

`canonical` gives one spelling to a value, `entries` and `events` give a body to a change and to a look, `tree` and
`proofs` are RFC 6962, `checkpoints` are C2SP signed notes, `bundle` is what an auditor carries away and `erasures` is
the journal that a restore replays. No clock, no chance, no file: salts, times and keys are given by the caller.
"""
