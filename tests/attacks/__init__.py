"""What an attacker tries at the doors: with a body's own account, with a stolen page, or with none."""
