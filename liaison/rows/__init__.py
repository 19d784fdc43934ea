"""How every row is kept: viewers, row-level security, bulk writes, clocks."""
