"""What is known of particular words in names, each table with where it comes from."""
