"""`liaison audit`: check the ledger, carry it away, witness it."""

import argparse
import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from liaison.cli.session import add_as_option, viewer_of
from liaison.refusal import Finding

FINDINGS_SHOWN_MAX = 200
DEMO_DEFAULT = "qm.supervisor"
EXAMPLE = """examples:
  liaison audit verify --checkpoint kept-last-month.checkpoint
  liaison audit export ledger.zip --contents
  liaison audit witness --key witness.key --name bureau.qm --state witness/ --ledger 'liaison-1a2b3c+9f0e...'
"""


def register(subparsers: Any) -> None:  # Any: argparse keeps the type of its subparsers private
    """Add the noun and its verbs."""
    noun = subparsers.add_parser(
        "audit",
        help="check the ledger, carry it away, witness it",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    noun.set_defaults(noun_parser=noun)
    verbs = noun.add_subparsers(metavar="verb", title="verbs")
    _add_verify(verbs)
    _add_export(verbs)
    _add_checkpoint(verbs)
    _add_witness(verbs)
    _add_accept(verbs)
    _add_restored(verbs)


def verify(arguments: argparse.Namespace) -> int:
    """Check everything; print what is wrong; return 1 if something is."""
    _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415 - Django is set up only now
    from liaison.ledger.checkpoints import parse_public_key  # noqa: PLC0415

    kept = [path.read_bytes() for path in arguments.checkpoint]
    key = parse_public_key(arguments.ledger) if arguments.ledger else None
    findings = audit.verify(kept=kept, key=key)
    shown = list(islice(findings, FINDINGS_SHOWN_MAX))
    more = sum(1 for _ in findings)
    state, let_go = audit.ledger_state(), audit.months_let_go()
    if arguments.json:
        gone = [{"month": one.month, "looks": one.looks, "entry": one.seq} for one in let_go]
        told = {"size": state.size, "findings": [_plain(one) for one in shown], "not_shown": more, "let_go": gone}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say_findings(shown, more, size=state.size, kept=len(kept))
        for one in let_go:
            entry = "an entry without a number yet" if one.seq is None else f"entry {one.seq}"
            print(f"The {one.looks} looks of {one.month} were let go, as the policy says: {entry}.")
    return 1 if shown else 0


def export(arguments: argparse.Namespace) -> int:
    """Write a bundle of what the viewer may see."""
    home = _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415

    viewer = viewer_of(arguments, home=home, demo_default=DEMO_DEFAULT)
    wanted = audit.Wanted(
        first=arguments.first,
        last=arguments.last,
        contents=arguments.contents,
        entries=not arguments.proof_only,
        grown_from=arguments.grown_from,
    )
    try:
        done = audit.export(arguments.target, viewer=viewer, wanted=wanted)
    finally:
        audit.stop_event_writer()
    print(
        f"{arguments.target}: the ledger of {done.size} entries, {done.leaves} leaves, {done.opened} of them open.",
        file=sys.stderr,
    )
    return 0


def checkpoint(arguments: argparse.Namespace) -> int:
    """Print the newest checkpoint, or the key that it is verified with."""
    _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415

    sys.stdout.write(f"{audit.public_key()}\n" if arguments.public_key else audit.newest_checkpoint().decode())
    return 0


def witness(arguments: argparse.Namespace) -> int:
    """Cosign what continues the checkpoint that was kept, or refuse."""
    from liaison.apps.audit import witness as witnessing  # noqa: PLC0415
    from liaison.ledger.checkpoints import parse_public_key  # noqa: PLC0415

    key = witnessing.witness_key(arguments.key, name=arguments.name)
    note = witnessing.cosigned(
        _offer(arguments.source),
        key=key,
        folder=arguments.state,
        ledger=parse_public_key(arguments.ledger) if arguments.ledger else None,
        at_seconds=int(time.time()),
    )
    if arguments.source is None:
        from liaison.apps.audit import public as audit  # noqa: PLC0415

        audit.accept_cosignatures(note)
    sys.stdout.write(note.decode())
    print(f"Cosigned by {key.public}", file=sys.stderr)
    return 0


def accept(arguments: argparse.Namespace) -> int:
    """Keep the cosignatures that a witness sent back."""
    _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415

    count = audit.accept_cosignatures(arguments.note.read_bytes())
    print(f"The checkpoint now has {count} cosignatures.", file=sys.stderr)
    return 0


def restored(arguments: argparse.Namespace) -> int:
    """After a restore: erase again what came back, and tell the ledger."""
    home = _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415

    viewer = viewer_of(arguments, home=home, demo_default=DEMO_DEFAULT)
    again = audit.replay_erasures()
    audit.note_restore(viewer)
    print(f"The ledger says that it was restored; {again} records were erased again.", file=sys.stderr)
    return 0


def _offer(source: Path | None) -> Any:  # Any: the type of a witness's fetch, which is imported later
    """How a witness fetches its offer: from what it was given, else from this installation."""
    from liaison.apps.audit import witness as witnessing  # noqa: PLC0415

    if source is not None:
        return lambda _size: witnessing.read_offer(source)
    _set_up()
    from liaison.apps.audit import public as audit  # noqa: PLC0415
    from liaison.ledger.proofs import verify_consistency  # noqa: PLC0415

    def fetched(_size: int) -> witnessing.Offer:
        def continues(old: Any, new: Any) -> bool:  # Any: checkpoints, imported later
            proof = audit.growth_proof(old.size, new.size)
            return verify_consistency(
                old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=proof
            )

        return witnessing.Offer(audit.newest_checkpoint(), continues)

    return fetched


def _set_up() -> Path:
    from liaison.cli.setup import home, set_up_django  # noqa: PLC0415 - only commands that need it pay for it

    set_up_django()
    return home()


def _say_findings(shown: list[Finding], more: int, *, size: int, kept: int) -> None:
    for finding in shown:
        print(f"{finding.code}: {finding}")
    if more:
        print(f"... and {more} more.")
    if shown:
        return
    print(f"The ledger of {size} entries is whole, with its contents, looks and current rows.")
    if not kept:
        print(
            "Give a checkpoint that you kept yourself (--checkpoint) to see a cut tail or a restored backup as well.",
            file=sys.stderr,
        )


def _plain(finding: Finding) -> dict[str, object]:
    values = {name: None if value is None else str(value) for name, value in finding.values.items()}
    return {"code": finding.code, "said": str(finding), "values": values}


def _add_verify(verbs: Any) -> None:  # Any: argparse's own, here and below
    verb = verbs.add_parser("verify", help="check the ledger, contents, looks and current rows against each other")
    verb.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="one that you kept; may be repeated",
    )
    verb.add_argument(
        "--ledger", default="", metavar="KEY", help="the ledger's public key, if you had it from elsewhere"
    )
    verb.add_argument("--json", action="store_true", help="for programs")
    verb.set_defaults(run=verify)


def _add_export(verbs: Any) -> None:
    verb = verbs.add_parser("export", help="write what you may see of the ledger, for the standalone verifier")
    verb.add_argument("target", type=Path, metavar="DIR|FILE.zip", help="what to write; nothing may be there yet")
    verb.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="the first entry (1)")
    verb.add_argument("--to", dest="last", type=int, default=None, metavar="N", help="the last entry (the newest)")
    verb.add_argument("--contents", action="store_true", help="with the contents that you may see")
    verb.add_argument(
        "--grown-from", type=int, default=None, metavar="N", help="with the proof of growth from N entries"
    )
    verb.add_argument("--proof-only", action="store_true", help="checkpoint and proofs only: what a witness needs")
    add_as_option(verb)
    verb.set_defaults(run=export)


def _add_checkpoint(verbs: Any) -> None:
    verb = verbs.add_parser("checkpoint", help="print the newest signed checkpoint")
    verb.add_argument("--public-key", action="store_true", help="print the key that it is verified with instead")
    verb.set_defaults(run=checkpoint)


def _add_witness(verbs: Any) -> None:
    verb = verbs.add_parser(
        "witness", help="cosign the newest checkpoint if it continues the one you cosigned before"
    )
    verb.add_argument("--key", type=Path, required=True, metavar="FILE", help="your key; made if it is not there")
    verb.add_argument("--name", default="", help="the name of a new key: your bureau's, without spaces")
    verb.add_argument("--state", type=Path, required=True, metavar="DIR", help="where you keep what you saw")
    verb.add_argument("--ledger", default="", metavar="KEY", help="the ledger's public key; needed the first time")
    verb.add_argument(
        "--source",
        type=Path,
        default=None,
        metavar="PATH",
        help="a checkpoint, folder or zip; else this installation",
    )
    verb.set_defaults(run=witness)


def _add_accept(verbs: Any) -> None:
    verb = verbs.add_parser("accept", help="keep the cosignatures of a checkpoint that a witness sent back")
    verb.add_argument("note", type=Path, metavar="FILE", help="the checkpoint as the witness printed it")
    verb.set_defaults(run=accept)


def _add_restored(verbs: Any) -> None:
    verb = verbs.add_parser("restored", help="after a restore: erase again what came back, and tell the ledger")
    add_as_option(verb)
    verb.set_defaults(run=restored)
