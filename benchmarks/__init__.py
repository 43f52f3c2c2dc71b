"""What the site costs, as ratios to bare work done in the same run: `make bench`."""
