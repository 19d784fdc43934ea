"""Every door crossed with everybody: what each shows, and that it shows nothing else."""
